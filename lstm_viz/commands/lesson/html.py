"""A lesson as one page to read: no script, no network, light or dark as its reader has it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from html import escape
from io import BytesIO
from textwrap import dedent

from lstm_viz.commands.lesson.printed import output_of
from lstm_viz.lessons.run import Run
from lstm_viz.lessons.stage import Question, Remembered, Shown
from lstm_viz.pictures.kinds import Expression, Picture, Rule, Table, Text, Words
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.views.lesson.text import code_of, text

STYLE = """
:root{color-scheme:light dark}
body{font:17px/1.55 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem}
h1{font-size:1.9rem;line-height:1.25}h2{margin-top:2.6rem;font-size:1.25rem}
.question{opacity:.7}pre{padding:.9rem 1.1rem;overflow-x:auto;border-radius:.5rem;
background:color-mix(in srgb,CanvasText 7%,Canvas);font:14px/1.45 ui-monospace,monospace}
pre.out{background:none;border-left:3px solid color-mix(in srgb,CanvasText 25%,Canvas);
border-radius:0;margin-left:.3rem}
img{width:100%;height:auto;background:#fff;border-radius:.5rem;margin:.6rem 0}
td,th{text-align:left;vertical-align:top;padding:.15rem .9rem .15rem 0}
details{margin:.8rem 0}summary{cursor:pointer}
blockquote{margin:2.4rem 0;padding:.2rem 1.2rem;border-left:4px solid #d9541e;font-size:1.25rem}
"""


def page(run: Run, say: Language = ENGLISH) -> str:
    """The whole page; the lecturer's notes stay out."""
    lesson = run.lesson
    parts = (part for k in range(len(lesson.pieces)) for part in _piece(run, k, say))
    language = "en" if say is ENGLISH else "zh"
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(lesson.question)}</title>\n<style>{STYLE}</style></head>\n<body>\n"
        f'<p class="question">{lesson.number} · {escape(lesson.question)}</p>\n'
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _piece(run: Run, k: int, say: Language) -> Iterator[str]:
    piece, played = run.lesson.pieces[k], run.at(k)
    if piece.title:
        yield f"<h2>{escape(piece.title)}</h2>"
    if piece.kind == "text":
        yield from map(_marked_up, text(played.text))
    elif piece.kind == "live":
        for command in piece.commands:
            yield f"<pre>$ {escape(command)}</pre>"
            yield f'<pre class="out">{escape(output_of(command))}</pre>'
    elif not piece.silent:
        yield f"<pre>{escape(piece.source)}</pre>"
    if played.printed:
        yield f'<pre class="out">{escape(played.printed)}</pre>'
    for what in played.told:
        if isinstance(what, Question):
            yield _question(what, say)
        elif isinstance(what, Remembered):
            yield f"<blockquote>{escape(what.sentence)}</blockquote>"
        else:
            yield image(what)


def _question(asked: Question, say: Language) -> str:
    choices = "".join(f"<li>{escape(each)}</li>" for each in asked.choices)
    right = escape(f"{asked.answer + 1}: {asked.because}")
    return (
        f"<p><strong>{escape(asked.question)}</strong></p><ol>{choices}</ol>"
        f"<details><summary>{escape(say('answer'))}</summary><p>{right}</p></details>"
    )


def image(shown: Shown) -> str:
    """A picture that lies in the page, with what it shows in words."""
    from lstm_viz.pictures.alt_text import describe

    file = BytesIO()
    shown.figure().savefig(file, format="svg", metadata={"Date": None})
    picture = shown.picture()
    words = describe(picture) if picture is not None else ""
    data = b64encode(file.getvalue()).decode()
    return f'<img alt="{escape(words)}" src="data:image/svg+xml;base64,{data}">'


def _marked_up(picture: Picture) -> str:
    """Text as its marks: headings, paragraphs, code, lists and tables."""
    if isinstance(picture, Words):
        words = _plain(picture.text)
        if picture.tone == "headline":
            return f"<h1>{escape(words)}</h1>"
        if code := code_of(picture):
            return f"<pre>{escape(dedent(code))}</pre>"
        return f"<p>{escape(words)}</p>" if words else ""
    if isinstance(picture, Rule):
        return f"<h2>{escape(picture.text)}</h2>"
    if isinstance(picture, Table):
        return _table(picture)
    return ""


def _table(table: Table) -> str:
    heads = "".join(f"<th>{escape(head)}</th>" for head in table.heads if any(table.heads))
    rows = [
        f"<tr>{''.join(f'<td>{escape(_plain(c))}</td>' for c in row)}</tr>" for row in table.rows
    ]
    return f"<table>{f'<tr>{heads}</tr>' if heads else ''}{''.join(rows)}</table>"


def _plain(expression: Expression) -> str:
    return "".join(piece.text for piece in expression if isinstance(piece, Text))
