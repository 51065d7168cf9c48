"""What is on the screen at this place of a lesson?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lstm_viz.lessons.read import Piece
from lstm_viz.lessons.run import Played
from lstm_viz.lessons.stage import Question, Remembered, Shown
from lstm_viz.pictures.kinds import Beside, Expression, Picture, Rule, Table, Text, Words
from lstm_viz.pictures.language import Language
from lstm_viz.views.lesson.text import code, text

RIGHT, HERE, GAP = "✓", "▸", Words(())
COUNTING = "type how many hands for ▸; ↑ ↓ next choice; backspace corrects"
THEN = (
    "space shows the answer",
    "space: talk to your neighbour, then count once more",
    "count once more, or space for the answer",
)
LONGEST = 20  # blocks of a bar
Hands = Sequence[int]


def head(piece: Piece) -> Iterator[Picture]:
    """The title of a cell of code."""
    if piece.title:
        yield Rule(piece.title)
        yield Words(())


def written(piece: Piece) -> Iterator[Picture]:
    """Its title and its code."""
    yield from head(piece)
    yield from code(piece.source)


def came(played: Played, say: Language) -> Iterator[Picture]:
    """What came of a cell: its text, what it printed, its pictures, the sentence to take away."""
    yield from text(played.text) if played.text else ()
    if played.printed:
        yield Words((Text(played.printed),))
    for what in played.told:
        if isinstance(what, Shown):
            picture = what.picture()
            yield picture or Words((Text(say("a Matplotlib figure: o opens it")),), "quiet")
        elif isinstance(what, Remembered):
            yield from sentence(what, say)
        else:
            yield from question(what, say, revealed=True)


def sentence(what: Remembered, say: Language) -> Iterator[Picture]:
    """The one sentence of the lesson."""
    yield Words((Text(say("to remember")),), "quiet")
    yield Words(())
    yield Words((Text(what.sentence),), "headline")


def question(
    asked: Question,
    say: Language,
    revealed: bool = False,
    hands: Sequence[Hands] = (),
    counting: tuple[int, int] | None = None,
) -> Iterator[Picture]:
    """A question, its choices, the hands that were counted; `revealed`, which is right, and why.

    `counting` is the turn, 0 or 1, and the choice that hands are counted for, from 0.
    """
    at = counting[1] if counting else -1
    yield Words((Text(asked.question),), "headline")
    yield Words(())
    rows = []
    for k, choice in enumerate(asked.choices):
        mark = RIGHT if revealed and k == asked.answer else HERE if k == at else " "
        rows.append(((Text(mark),), (Text(f"{k + 1}"),), (Text(choice),)))
    yield Table(("", "", ""), tuple(rows))
    if counting:
        yield Words(())
        yield Words((Text(say(COUNTING)),), "quiet")
        then = 2 if counting[0] else int(any(map(any, hands)))
        yield Words((Text(say(THEN[then])),), "quiet")
    if counted := [each for each in hands if any(each)]:
        yield Words(())
        yield Beside(tuple(_hands(k, each, say) for k, each in enumerate(counted)))
    if revealed:
        yield Words(())
        right: Expression = (Text(f"{RIGHT} {asked.answer + 1}  {asked.choices[asked.answer]}"),)
        yield Words(right, "strong")
        yield Words((Text(asked.because),))


def _hands(k: int, hands: Hands, say: Language) -> Table:
    """How many hands for each choice, and as a bar of blocks."""
    rows = tuple(
        ((Text(f"{number}"),), (Text(f"{count}"),), (Text("█" * _blocks(count, max(hands))),))
        for number, count in enumerate(hands, 1)
    )
    return Table(("", "", say("hands, once more" if k else "hands")), rows, right=(1,))


def _blocks(count: int, most: int) -> int:
    return -(-count * LONGEST // most)  # one hand is to be seen


def live(piece: Piece, done: int, say: Language, left_with: str) -> Iterator[Picture]:
    """The commands of a live cell; those that were run have a mark. `left_with`: q or esc."""
    yield Rule(piece.title or say("live"))
    yield Words(())
    rows = (
        ((Text(RIGHT if k < done else HERE if k == done else " "),), (Text(f"$ {command}"),))
        for k, command in enumerate(piece.commands)
    )
    yield Table(("", ""), tuple(rows))
    yield Words(())
    said = "space runs it on the whole screen; q there comes back to this place"
    if left_with == "esc":
        said = "space runs it on the whole screen; esc there comes back to this place"
    ran = "space goes on; enter runs the last one again"
    yield Words((Text(say(said if done < len(piece.commands) else ran)),), "quiet")


def failed(words: str, say: Language) -> Iterator[Picture]:
    """A cell that does not run: what is wrong, in one line."""
    yield Words((Text(say("this piece does not run")),), "strong")
    yield Words(())
    yield Words((Text(words),))
    yield Words(())
    yield Words((Text(say("The file is read again as soon as it is saved.")),), "quiet")
