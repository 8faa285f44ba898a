"""A store's named graphs into any other store that speaks the SPARQL 1.1 Graph Store Protocol."""
