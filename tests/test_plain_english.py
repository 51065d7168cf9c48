"""What a reader sees is plain, idiomatic English: turns that are not stay out."""

import ast
import re
from pathlib import Path

import click
import pytest

from lstm_viz.commands.cli import program
from lstm_viz.pictures.chinese import CHINESE

ROOT = Path(__file__).parents[1]
PAGES = (*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "lessons" / "README.md")
TURNS = re.compile(
    r"(?<!there )\b(?:is|are) no (?:an? )?(?:number|finite|step|size|list|layer|file|model|text"
    r"|JSON|ONNX|route|Keras|PyTorch|array|name|constant|frame|state|length|parameter|way|plain"
    r"|chain|row)\b"
    r"|\bone behind the other|\bbehind (?:a|an|the|each|it|which|colons?) "
    r"|\bthe way (?:back|forth)\b|\bon the way forward|\bthe zoo\b|\bbeware\b|\b[Ww]hole numbers?\b"
    r"|\bstands? (?:in for|in front|too|here|first|right of)\b|\bno cell and no\b(?! file)"
    r"|\bgive one of them|\b[Tt]wo ways out|\btaken to (?:read|stand|be)\b"
    r"|\bgoes in both directions|\bof (?:one's|its) own class|\bclass of (?:its|one's) own"
    r"|\b[Ss]o many runs|\bground of a"
    r"|\bA little more of|\broute by route|\bthe house\b|\bfor granted\b|\bas it is\b$"
    r"|\b(?:one|number|vector|features?|biases|character|row|value|exponent) a (?:step|line|gate)\b"
)
ALLOWED = re.compile(r"the idea behind S4")


def wrong_turns(written: str) -> list[str]:
    return TURNS.findall(ALLOWED.sub("", " ".join(written.split())))


def strings(tree: ast.Module) -> list[str]:
    """All texts of a file but docstrings, with gaps where something is put in."""
    texts = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    parts = {id(p) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for p in n.values}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            pieces = (p.value if isinstance(p, ast.Constant) else "x" for p in node.values)
            found.append("".join(map(str, pieces)))
        elif isinstance(node, ast.Constant) and id(node) not in texts | parts:
            found += [node.value] if isinstance(node.value, str) else []
    return found


def test_no_message_has_a_turn_that_is_not_english():
    files = [
        path for path in (ROOT / "lstm_viz").rglob("*.py") if not path.name.startswith("chinese")
    ]
    texts = [s for path in files for s in strings(ast.parse(path.read_text(encoding="utf-8")))]
    assert len(texts) > 5000
    assert [text for text in texts if wrong_turns(text)] == []


@pytest.mark.parametrize("command", [program, *program.commands.values()], ids=lambda c: c.name)
def test_no_help_has_one(command):
    helps = [command.get_help(click.Context(command)), *(o.opts[0] for o in command.params)]
    assert [text for text in helps if wrong_turns(text)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_has_one(page):
    assert wrong_turns(page.read_text(encoding="utf-8")) == []


def test_the_catalogue_keeps_one_word_for_each_thing():
    assert [
        said for english, said in CHINESE.items() if "显示" in said and "output" in english
    ] == []
    assert [said for said in CHINESE.values() if re.search(r"[\u4e00-\u9fff][,;:?!(]", said)] == []
    assert [said for said in CHINESE.values() if re.search(r"[。，：；]\s+\S", said)] == []


def test_a_turn_is_seen():
    for turn in (
        "x is no number",
        "dropped behind each layer",
        "the way back",
        "one vector a step",
    ):
        assert wrong_turns(turn)
    assert not wrong_turns("there is no layer called so; switch to the backward pass")
