"""One text in the forms in which reports lie around: encodings, a page of a site, Word, PDF."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from io import BytesIO

from docx import Document
from opencc import OpenCC
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

# A page as county sites have it: navigation, breadcrumb, tools, neighbours and footer, all with numbers of their own.
SITE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>政务公开-栖霞岭县人民政府</title>
<meta name="SiteName" content="栖霞岭县人民政府"><meta name="ColumnName" content="工作总结">
<style>.top {{ width: 1200px }}</style><script>document.write("今日访问3500人次")</script></head>
<body>
<div class="top"><a href="#">无障碍</a> <a href="#">设为首页</a> 2022年3月5日 星期六 晴 12℃</div>
<ul class="nav"><li><a href="#">首页</a></li><li><a href="#">政务公开</a></li><li><a href="#">互动交流</a></li></ul>
<div class="crumbs">您现在的位置：<a href="#">首页</a> &gt; <a href="#">政务公开</a> &gt; <a href="#">工作总结</a></div>
<div class="tools">【字体：<a>大</a> <a>中</a> <a>小</a>】 浏览次数：<span>1286</span>次
<a>打印本页</a> <a>关闭窗口</a></div>
<div class="{content}">
{paragraphs}
</div>
<div class="code">扫一扫在手机打开当前页</div>
<p>上一篇：<a href="#">我县召开2022年第3次常务会议</a></p><p>下一篇：<a href="#">春季招聘会提供岗位560个</a></p>
<div class="related"><h3>相关链接</h3><ul><li><a href="#">某乡新建公厕12座</a> 2022-01-03</li></ul></div>
<div class="foot">主办：栖霞岭县人民政府办公室<br>地址：人民路88号 邮编：412000<br>
ICP备12345678号-1 公网安备43012345678901号 网站标识码：4312340001</div>
</body></html>
"""
PAGE, LINE, SIZE, FONT = 38, 450, 12, "STSong-Light"  # of a PDF: rows a page, points a row and a character, the font


def page(text: str, *, content: str = "TRS_Editor", encoding: str = "utf-8") -> bytes:
    """The text as an article in a site, a paragraph a line; `content` is the class of the element that holds it."""
    paragraphs = "\n".join(
        f'<p style="text-indent: 2em"><span>{html.escape(line)}</span></p>' for line in text.split("\n")
    )
    return SITE.format(content=content, paragraphs=paragraphs).replace("utf-8", encoding, 1).encode(encoding)


def docx(text: str) -> bytes:
    """The text as a Word document, a paragraph a line."""
    document, out = Document(), BytesIO()
    for line in text.split("\n"):
        document.add_paragraph(line)
    document.save(out)
    return out.getvalue()


def pdf(text: str) -> bytes:
    """The text set in lines of one width, with a running head and a number on every page."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    rows = [row for line in text.split("\n") for row in _set(line.strip())]
    for number, start in enumerate(range(0, len(rows), PAGE), 1):
        canvas.setFont(FONT, SIZE)
        canvas.drawString(200, 810, "栖霞岭县政务公开资料汇编")
        for row, words in enumerate(rows[start : start + PAGE]):
            canvas.drawString(72, 780 - 19 * row, words)
        canvas.drawString(290, 30, f"- {number} -")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _set(line: str) -> list[str]:
    """A paragraph in rows: set in by two characters where it is longer than a row; numbers and words are not parted."""
    rows, row = [], "\u3000\u3000" if pdfmetrics.stringWidth(line, FONT, SIZE) > LINE else ""
    for piece in re.findall(r"[0-9A-Za-z.,%]+|.", line):
        if pdfmetrics.stringWidth(row + piece, FONT, SIZE) > LINE and piece not in "，。；：、！？）”》":
            rows.append(row)
            row = ""
        row += piece
    return [*rows, row]


def big5(text: str) -> bytes:
    """The text in traditional characters as Taiwan writes them, in Big5; what that lacks becomes question marks."""
    traditional: str = OpenCC("s2tw").convert(text)
    return traditional.encode("big5hkscs", "replace")


FORMS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "utf-8 with a mark": ("txt", lambda text: text.encode("utf-8-sig")),
    "utf-16": ("txt", lambda text: text.encode("utf-16")),
    "utf-16 without a mark": ("txt", lambda text: text.encode("utf-16-le")),
    "gb18030": ("txt", lambda text: text.encode("gb18030")),
    "big5": ("txt", big5),
    "windows line ends": ("txt", lambda text: text.replace("\n", "\r\n").encode("gb18030")),
    "a page": ("html", page),
    "a page that no selector knows": ("shtml", lambda text: page(text, content="qq", encoding="gb18030")),
    "word": ("docx", docx),
    "pdf": ("pdf", pdf),
}
