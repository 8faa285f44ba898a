"""Writes the tables of columns in docs/tables.md and docs/tables.zh.md from kg/data/columns.toml.

python docs/tables.py
"""

from __future__ import annotations

import re
from pathlib import Path

from kg.export.tables.columns import Column, Table, tables

FOLDER = Path(__file__).parent
PAGES = {"en": FOLDER / "tables.md", "zh": FOLDER / "tables.zh.md"}
HEADS = {"en": ("column", "type", "what it says"), "zh": ("列", "类型", "含义")}
PART = re.compile(r"(?<=<!-- columns, written by docs/tables\.py -->\n).*(?=<!-- end of columns -->)", re.DOTALL)


def section(table: Table, language: str) -> str:
    """A table of a page: its name, what it holds, and its columns."""
    head = "\n".join(f"| {' | '.join(row)} |" for row in (HEADS[language], ("---",) * 3))
    rows = "\n".join(row(column, language) for column in table.columns)
    return f"### `{table.name}`: {table.title[language]}\n\n{table.description[language]}\n\n{head}\n{rows}\n"


def row(column: Column, language: str) -> str:
    """What a page says of a column."""
    kind = f"{column.type} → {column.of}" if column.of else column.type
    values = f" ({', '.join(f'`{value}`' for value in column.values)})" if column.values else ""
    return f"| `{column.name}` | {kind} | {column.description[language]}{values} |"


def page(language: str) -> str:
    """The page as it must be."""
    written = "\n".join(section(table, language) for table in tables().values())
    return PART.sub(lambda _: f"\n{written}\n", PAGES[language].read_text("utf-8"))


if __name__ == "__main__":
    for language, path in PAGES.items():
        path.write_text(page(language), "utf-8")
