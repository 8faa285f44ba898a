"""What is offered over HTTP."""
