"""Places: the official division table, looking names up in it, and the unit a report is about."""
