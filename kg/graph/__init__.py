"""Readings as a graph: IRIs, mapping to quads, the store, packaged queries and checks."""
