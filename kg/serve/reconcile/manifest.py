"""The service manifest: what the service offers and where."""

from __future__ import annotations

from typing import Any

from kg import __version__
from kg.serve.reconcile import offer
from kg.serve.reconcile.asked import BATCH
from kg.serve.reconcile.suggest import typed

NAME = "township-kg 乡镇知识图谱"
VERSIONS = ["0.1", "0.2"]
_FRAME = {"width": 420, "height": 240}  # pixels of a preview


def manifest(at: str, identifiers: str, view: str) -> dict[str, Any]:
    """The manifest of the service at the URL `at`, with ids in the space `identifiers`.

    `view` is the template of an entity's page; the preview stands in for one.
    """
    preview = f"{at}/preview?id={{{{id}}}}"
    return {
        "versions": VERSIONS,
        "name": NAME,
        "identifierSpace": identifiers,
        "schemaSpace": offer.SCHEMA_SPACE,
        "documentation": f"{at}/feature",
        "serviceVersion": __version__,
        "defaultTypes": [typed(type) for type in offer.types()],
        "view": {"url": view or preview},
        "feature_view": {"url": f"{at}/feature?id={{{{id}}}}"},
        "preview": {"url": preview, **_FRAME},
        "suggest": {kind: _suggest(at, kind) for kind in ("entity", "property", "type")},
        "extend": {
            "propose_properties": {"service_url": at, "service_path": "/properties"},
            "property_settings": offer.settings(),
        },
        "batchSize": BATCH,
    }


def _suggest(at: str, kind: str) -> dict[str, str]:
    return {
        "service_url": at,
        "service_path": f"/suggest/{kind}",
        "flyout_service_url": at,
        "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
    }
