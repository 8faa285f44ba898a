"""The figures of a run as a table in Markdown, a column a tool."""

from __future__ import annotations

from typing import Any

ROWS = {
    "all": "all numbers",
    "claimed": "what the tool is made for",
    "money": "money",
    "percentages": "percentages",
    "other": "other units",
}


def table(result: dict[str, Any]) -> str:
    """The whole table, and below it what it was measured on."""
    tools = result["tools"].values()
    head = _line(
        f"{result['reports']} reports, {result['numbers']} numbers",
        [f"{name} {tool['version']}" for name, tool in result["tools"].items()],
    )
    lines = [head, _line("---", ["---"] * len(tools))]
    for group, label in ROWS.items():
        lines.append(_line(f"{label}: precision / recall / F1", [_detection(tool[group], group) for tool in tools]))
        lines.append(_line("… of those found, value / unit / hedge right", [_reading(tool[group]) for tool in tools]))
    lines.append(_line("characters a second", [f"{tool['characters_per_second']:,}" for tool in tools]))
    return "\n".join([*lines, "", f"{result['date']}, {result['machine']}, {result['characters']:,} characters"])


def _line(label: str, cells: list[str]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join([label, *cells])} |"


def _detection(figures: dict[str, Any], group: str) -> str:
    """How many are found, and of how many where that differs from tool to tool."""
    said = _shares(figures, "precision", "recall", "f1")
    return f"{said} (of {figures['gold']})" if group == "claimed" else said


def _reading(figures: dict[str, Any]) -> str:
    """How well those that are found are read."""
    return _shares(figures, "value", "unit", "qualifier")


def _shares(figures: dict[str, Any], *keys: str) -> str:
    """Shares with three decimals, dashes for shares of nothing."""
    return " / ".join("–" if figures[key] is None else f"{figures[key]:.3f}" for key in keys)
