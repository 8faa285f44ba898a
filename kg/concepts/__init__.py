"""Names that look like programmes or strategies and are in no scheme: listed, decided, kept in a user's scheme."""
