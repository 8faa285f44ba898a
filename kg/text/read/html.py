"""The text of a web page: its article with the lines of metadata over it, and what its <meta> elements say."""

from __future__ import annotations

import email
import email.policy
import re
from functools import cache
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from kg.errors import UnreadableInput
from kg.lexicon import table
from kg.text.read.encoding import decode
from kg.text.read.extracted import Extracted

DEEPEST = 5_000  # elements in elements: the parser's time grows with the square of it; pages have some tens
_ENOUGH, _MOST = 150, 0.5  # characters of Chinese, and the share of the page's, that make a stretch its article
_BREAK, _CELL = "\x1e", "\x1f"  # stand for line breaks and cells until white space is folded
_TAGS = re.compile(
    r"<(/?)(?:div|span|font|b|i|u|a|em|strong|section|table|tr|td|ul|ol|center|blockquote)\b", re.IGNORECASE
)
_SPACE = re.compile(r"[ \t\r\n]+")
_LINES = re.compile(rf" *{_BREAK}[ {_BREAK}]*")
_CELLS = re.compile(rf" *{_CELL} *")
_HAN = re.compile("[\u4e00-\u9fff]")


def extract(content: bytes, where: Path | str, *, encoding: str | None = None) -> Extracted:
    """The text and metadata of a page.

    The text is the title, the lines in front of the article that a metadata table or breadcrumb has, and the article:
    the first that a content system's selector finds, else what trafilatura takes for it, else the whole page.
    UnreadableInput where the page has no text or is nested beyond all measure.
    """
    source = decode(content, where, encoding=encoding)
    if _depth(source) > DEEPEST:
        raise UnreadableInput(where, f"nests elements more than {DEEPEST} deep, as no page does", "give its text")
    page = LexborHTMLParser(source)
    fields = _fields(page)
    whole, article = _article(page)
    text = article if article is not None else _guessed(source, whole)
    head = _head(whole, text, dict(fields).get("title"))
    lines = "\n".join((*head, text)).strip("\n")
    if not lines:
        raise UnreadableInput(where, "is a page without text", "save what the browser shows")
    return Extracted(lines, fields)


def extract_mhtml(content: bytes, where: Path | str, *, encoding: str | None = None) -> Extracted:
    """The text and metadata of the page in a web archive (.mht)."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    part = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    payload = part.get_payload(decode=True) if part is not None else None
    if not isinstance(payload, bytes) or not payload:
        raise UnreadableInput(where, "is a web archive without a page", "save the page as HTML")
    return extract(payload, where, encoding=encoding)


def _depth(source: str) -> int:
    """How deep elements may be nested, at most."""
    deepest = depth = 0
    for tag in _TAGS.finditer(source):
        depth += -1 if tag[1] else 1
        deepest = max(deepest, depth)
    return deepest


@cache
def _page() -> dict[str, Any]:
    """What the table knows of pages, selectors joined."""
    page = table("inputs.toml")["page"]
    return {"content": page["content"], "away": page["away"], "blocks": ",".join(page["blocks"])}


def _fields(page: LexborHTMLParser) -> tuple[tuple[str, str], ...]:
    """What the <meta> elements and the title say, by role."""
    said: dict[str, str] = {}
    for node in page.css("meta[content]"):
        name = node.attributes.get("name") or node.attributes.get("property") or ""
        said.setdefault(name.lower(), " ".join((node.attributes.get("content") or "").split()))
    roles = table("inputs.toml")["meta"]
    found = ((role, next((said[n.lower()] for n in names if said.get(n.lower())), "")) for role, names in roles.items())
    return tuple((role, value) for role, value in found if value)


def _article(page: LexborHTMLParser) -> tuple[str, str | None]:
    """The text of the whole page, and of its article where a selector finds it."""
    body = page.body
    if body is None:
        return "", None
    page.strip_tags(_page()["away"], recursive=True)
    for node in body.css(_page()["blocks"]):
        node.insert_before(_BREAK)
        node.insert_after(_BREAK)
        if node.tag == "pre":
            node.replace_with(node.text().replace("\n", _BREAK))
    for node in body.css("td, th"):
        node.insert_after(_CELL)
    whole = _text(body)
    least = max(_ENOUGH, int(_MOST * _chinese(whole)))
    for selector in _page()["content"]:
        found = max((_text(node) for node in body.css(selector)), key=_chinese, default="")
        if _chinese(found) >= least:
            return whole, found
    return whole, None


def _text(node: LexborNode) -> str:
    """The text of an element, a line for each block."""
    text = _SPACE.sub(" ", node.text(deep=True))
    text = _CELLS.sub("\t", _LINES.sub("\n", text))
    return "\n".join(line for row in text.split("\n") if (line := row.strip(" \t")))


def _chinese(text: str) -> int:
    return len(_HAN.findall(text))


def _guessed(source: str, whole: str) -> str:
    """What trafilatura takes for the article, if it is not too little; else the whole page."""
    from trafilatura import extract as article

    found = article(source, favor_recall=True, include_comments=False, include_tables=True, output_format="txt") or ""
    return found if _chinese(found) >= max(_ENOUGH, _MOST * _chinese(whole)) else whole


def _head(whole: str, text: str, title: str | None) -> list[str]:
    """The title and the page's lines of metadata, as far as the text lacks them."""
    known = table("furniture.toml")["keys"]
    keys = (*known["firm"], *known["loose"])
    start = whole.find(text[:40].split("\n", 1)[0]) if text else 0
    before = whole[:start].split("\n") if start > 0 else []
    said = [line for line in before if len(line) <= 200 and _tells(line, keys)]
    titled = [title] if title and title not in text[:200] else []
    return [*said, *titled]


def _tells(line: str, keys: tuple[str, ...]) -> bool:
    """Whether a line has an entry of a metadata table, or is a breadcrumb."""
    bare = re.sub(r"\s", "", line)
    entry = any(key in bare for key in keys) and any(c in bare for c in ":：")
    return entry or bare.count(">") + bare.count("›") > 1
