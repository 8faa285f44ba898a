"""Texts that would be more than text if a page believed them."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from kg import pipeline
from kg.describe.description import describe
from kg.graph.mapping import mapped, run_quads
from kg.graph.store import Store
from kg.model import Source
from tests.serving import Server

REPORT = """石桥乡人民政府2021年工作总结<script>alert("title")</script>
一、2021年工作情况<img src=x onerror=alert(1)>
全年改造户厕650个"><svg onload=alert(2)>，推进厕所革命</article></main>
<script>alert(3)</script>，深入实施乡村振兴战略。
[点此](javascript:alert(4))新修公路<a href="javascript:alert(5)">12公里</a>，
石桥村</p>改厕30户。{{ 7*7 }} {% raw %} ${7*7}
]]> <!-- --> <style>*{display:none}</style> </script><script>alert(6)</script>完成投资300万元&lt;script&gt;。
\u202e反转\u2066文字\u200b，实施“<script>alert(8)</script>工程”，
<iframe src="//evil.example"></iframe>清理垃圾40吨。
"""
PLAIN = """清溪镇2021年工作总结和2022年工作计划
一、2021年工作回顾
全面推进厕所革命，完成户厕改造约412户，卫生厕所普及率达91%，其中石桥村改厕30户。
深入实施乡村振兴战略，完善河长制。
二、2022年工作计划
计划改造户厕500户以上。
"""


def reading(name: str, text: str) -> Source:
    """A text as the reader gives it."""
    return Source(name, name, text, hashlib.sha256(text.encode()).hexdigest(), (("url", "javascript:alert(9)"),))


def store(path: Path, **texts: str) -> Path:
    """A store of reports with these texts, by the names of their files without .txt."""
    with Store.open_for_writing(path) as opened:
        opened.load_schema()
        opened.add("".join(run_quads("test", version="0", lexicon="0")))
        sources = (reading(f"{name}.txt", text) for name, text in texts.items())
        opened.replace(mapped(pipeline.read(source), run="test") for source in sources)
        describe(opened)
    return path


def indexed(server: Server, seconds: float = 60) -> Server:
    """The server, as soon as its index is there."""
    end = time.monotonic() + seconds
    while server.get("/suggest?q=x").status_code != 200:
        assert time.monotonic() < end, "there is no index"
        time.sleep(0.1)
    return server
