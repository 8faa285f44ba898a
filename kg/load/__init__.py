"""RDF into a store: read by a process that may die of it, then stored graph by graph, each whole or not at all."""
