"""The parts of the front end, which a browser may keep forever: their names change with their contents."""

from __future__ import annotations

import mimetypes

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from kg import resources
from kg.serve.refused import Refused
from kg.serve.reply import packs
from kg.serve.site.render import SAFE

_TWIN = ".gz"  # of the packed copy that lies beside each file
_FOREVER = "public, max-age=31536000, immutable"


async def asset(request: Request) -> Response:
    """A file of the bundle, packed where the browser takes it so."""
    name = request.path_params["name"]
    folder = resources.bundle("serve") / "assets"
    path = folder / name
    if path.parent != folder or path.suffix == _TWIN or not path.is_file():
        raise Refused(404, f"there is no part {name[:60]!r} of the front end")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {**SAFE, "Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
    if packs(request):
        return FileResponse(f"{path}{_TWIN}", headers=headers | {"Content-Encoding": "gzip"}, media_type=kind)
    return FileResponse(path, headers=headers, media_type=kind)
