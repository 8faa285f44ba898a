"""The style sheet of every page: within the page for one who comes from elsewhere, a file of its own after that.

Over a slow network each request costs a round trip; so what is seen first needs one answer only.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from urllib.parse import urlsplit

from markupsafe import Markup
from starlette.requests import Request

from kg import resources
from kg.serve.site.assets import assets

_SHEET = "main.css"


def arrives(request: Request) -> bool:
    """Whether the reader was not on a page of ours before, and so has no style sheet yet."""
    return urlsplit(request.headers.get("referer", "")).netloc != request.url.netloc


@cache
def sheet() -> Markup:
    """The content of the style sheet, which is ours and ends no element."""
    return Markup((resources.bundle("serve") / "assets" / assets()[_SHEET]).read_text("utf-8"))


@cache
def source() -> str:
    """How a Content-Security-Policy names the style sheet within a page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(sheet().encode()).digest()).decode()}'"
