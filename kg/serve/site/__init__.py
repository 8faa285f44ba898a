"""The explorer: a page for every IRI of the graph, and its data for machines."""

from kg.serve.site.routes import Site as Site
