"""The reconciliation service: matches names of places, programmes, strategies and indicators with the graph's entities.

It speaks the Reconciliation Service API 0.2 of the W3C's Entity Reconciliation Community Group, which OpenRefine and
others use: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

from kg.serve.reconcile.service import Reconciler
from kg.serve.reconcile.web import routes

__all__ = ["Reconciler", "routes"]
