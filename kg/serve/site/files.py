"""The parts of the front end, which a browser may keep forever: their names change with their contents."""

from __future__ import annotations

import mimetypes

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from kg import resources
from kg.serve.refused import Refused
from kg.serve.site.render import SAFE

_FOREVER = "public, max-age=31536000, immutable"


async def asset(request: Request) -> Response:
    """A file of the bundle, packed where the browser takes it so."""
    name = request.path_params["name"]
    path = resources.bundle("serve") / "assets" / name
    if path.parent != resources.bundle("serve") / "assets" or not path.is_file():
        raise Refused(404, f"there is no part {name[:60]!r} of the front end")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return FileResponse(path, headers={**SAFE, "Cache-Control": _FOREVER}, media_type=kind)
