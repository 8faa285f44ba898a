"""Builds a knowledge graph from Chinese township work reports; `kg.pipeline` is the way from a file to its facts."""

__version__ = "0.1.0"
