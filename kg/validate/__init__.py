"""Is a store complete and sound? SHACL shapes, the checks of queries/checks, and whether every graph is whole."""
