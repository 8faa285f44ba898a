"""What the explorer knows of a store as a whole, in a file beside it: made by `build`, asked by `ask`."""
