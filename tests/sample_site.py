"""A page with everything that pages are written in, invented, served as the explorer serves its own.

`python -m tests.sample_site PORT` serves it at / for looking at it; tests/test_site_browser.py drives a browser there.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import uvicorn
from jinja2 import ChoiceLoader, FileSystemLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.serve.site import files
from kg.serve.site.addresses import Addresses
from kg.serve.site.land import land
from kg.serve.site.render import Renderer

HOSTILE = "</script><script>window.trapped=1</script><img src=x onerror=window.trapped=1><svg onload=window.trapped=1>"
TOWNS = ("青溪镇", "白石乡", "云山镇", "龙潭街道", "石桥镇", "大坪苗族侗族乡", "双江口镇", "三合乡", "凤凰镇", "新民镇")


def values(rows: int) -> dict[str, Any]:
    """What the sample shows; `rows` of its table."""
    dice = random.Random(7)
    far = [
        {"x": f"{TOWNS[at % 10]}{at}", "y": round(dice.lognormvariate(3, 1), 1), "href": f"#p{at}"} for at in range(300)
    ]
    yearly = [
        {"x": year, "y": 300 + 90 * at + 40 * (year - 2018) ** 2, "series": name, "status": "achieved", "href": "#o"}
        for at, name in enumerate(TOWNS[:3])
        for year in range(2018, 2024)
    ]
    plan = {"x": 2024, "y": 2200, "series": TOWNS[0], "status": "planned", "href": "#plan", "label": "计划改厕2200户"}
    hedged = {"x": 2024, "y": None, "lower": 1500, "upper": 1900, "series": TOWNS[1], "status": "planned"}
    evil = {"x": HOSTILE, "y": 12, "href": "javascript:window.trapped=1"}
    return {
        "lines": {"type": "lines", "x": "year", "y": "value", "unit": "户", "rows": [*yearly, plan, hedged]},
        "bars": {
            "type": "bars",
            "unit": "户",
            "rows": [*({"x": name, "y": 900 - 83 * at, "href": "#o"} for at, name in enumerate(TOWNS)), evil],
        },
        "few": {
            "type": "dots",
            "unit": "元",
            "rows": [{"x": name, "y": 12_000 + 1731 * (at * 7 % 10), "href": "#o"} for at, name in enumerate(TOWNS)],
        },
        "many": {"type": "dots", "unit": "万元", "rows": far},
        "map": {
            "points": [
                {"lon": 99.9 + dice.random() * 8, "lat": 23 + dice.random() * 6, "label": f"{name}{at}", "value": at}
                | {"href": "#m", "around": at % 4 == 0}
                for at, name in enumerate(TOWNS * 4)
            ]
        },
        "table": [
            {
                "name": f"指标{at % 37}",
                "year": 2018 + at % 6,
                "value": at * 37 % 1001,
                "unit": "户",
                "status": ("achieved", "planned")[at % 2],
                "text": HOSTILE if at == 3 else f"全年完成第{at}项工作。",
            }
            for at in range(rows)
        ],
        "hostile": HOSTILE,
    }


def suggestions(words: str) -> list[dict[str, str]]:
    """Answers of the search box: towns with the words in their names."""
    found = [{"label": name, "kind": "place", "note": "地方 · 白石县", "href": f"/?at={name}"} for name in TOWNS]
    evil = {"label": HOSTILE, "kind": "text", "note": "<b>", "href": "javascript:window.trapped=1"}
    return [one for one in [*found, evil] if words in one["label"]]


def app() -> Starlette:
    """The sample at /, /?rows=10000 with a long table, suggestions, and the parts of the front end."""
    renderer = Renderer(Addresses())
    templates = renderer._environment
    assert templates.loader
    templates.loader = ChoiceLoader([FileSystemLoader(Path(__file__).with_name("site")), templates.loader])

    async def sample(request: Request) -> Response:
        return renderer.page(request, "sample.html", **values(int(request.query_params.get("rows", "120"))))

    async def suggest(request: Request) -> Response:
        return JSONResponse({"results": suggestions(request.query_params["q"])})

    return Starlette(
        routes=[
            Route("/", sample),
            Route("/suggest", suggest),
            Route("/land.json", land),
            Route("/assets/{name}", files.asset),
        ]
    )


if __name__ == "__main__":
    uvicorn.run(app(), port=int(sys.argv[1]), log_level="warning")
