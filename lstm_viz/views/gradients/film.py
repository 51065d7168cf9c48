"""`lstm-viz gradients` on the whole screen: the chain, the curves, and each flow looked at closely.

Space plays it: forward, then back. A key turns to strips and curves, others to the parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from lstm_viz.experiments.gradient_flow import GradientFlows
from lstm_viz.pictures.alt_text import plain
from lstm_viz.pictures.film import Film, Key
from lstm_viz.pictures.kinds import Beside, Picture, Stack, Words
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.validation.errors import OptionError
from lstm_viz.views.gradients import PARTS, chain, sweep
from lstm_viz.views.gradients.chain import LAST, Moment
from lstm_viz.views.gradients.look import Look
from lstm_viz.views.gradients.verdicts import cautions, conclusion

WIDE = 100_000  # columns, where a part has room for every step
COLUMNS = 3  # at most so many beside each other
FRAMES, PAGES = 60, 40  # of the backward pass, live and in a page


@dataclass(frozen=True)
class At:
    """What is on the screen: the chain or the curves at a moment, or a part of one flow."""

    moment: Moment = LAST
    part: str = ""
    flow: int = 0
    curves: bool = False
    whole: bool = False  # as it begins, before it was played


Change = Callable[[At], At]


@dataclass(frozen=True)
class GradientFilm:
    """The flows as a film; `asked` are the parts that were asked for, `unit` is for the memory.

    `curves` says that strips and curves are shown, not the chain.
    """

    flows: GradientFlows
    asked: tuple[str, ...] = ()
    unit: int = 0
    say: Language = ENGLISH
    curves: bool = False
    _drawn: dict[tuple[str, int, int, int], Stack] = field(default_factory=dict)

    def first(self) -> At:
        """The end, where all is said, or the first part that was asked for."""
        named = [k for k, flow in enumerate(self.flows.flows) if flow.cell.name == "lstm"]
        part = self.asked[0] if self.asked else ""
        return At(LAST, part, named[0] if named else 0, self.curves, True)

    def read(self, at: str) -> At:
        """What a token stands for: `36` in the backward pass, `f36` forward, `routes.2` a part."""
        part, _, number = at.partition(".")
        if part in PARTS:
            if int(number or 1) > len(self.flows.flows):
                raise OptionError(f"--at {at}: there are {len(self.flows.flows)} lines")
            return At(LAST, part, int(number or 1) - 1, self.curves)
        step = int(part.removeprefix("f"))
        if step > self.flows.steps:
            raise OptionError(f"--at {at}: the sequence has {self.flows.steps} steps")
        back = not part.startswith("f")
        return At(Moment(step - 1.0, back), "", 0, self.curves and back)

    @property
    def said(self) -> str:
        """What it comes to, for those who do not see it."""
        return " ".join(plain(line) for line in conclusion(self.flows, self.say))

    def still(self, look: At) -> Stack:
        """What is looked at, as one picture of a fixed size; the conclusion says what it says."""
        return self._picture(look, False)

    def stills(self, look: At, width: int) -> Iterator[Picture]:
        """To be printed: the parts that were asked for, of every flow; or what is looked at."""
        how = Look(width, self.unit, self.say)
        if not (self.asked or look.part):
            yield self._picture(look, True)
            return
        yield sweep.title(self.flows, self.say)
        yield from cautions(self.flows, self.say)
        if not self.asked:
            yield PARTS[look.part].closely(self.flows, look.flow, how)
        for part in self.asked:
            yield from PARTS[part].pictures(self.flows, how)

    def slide(self, look: At) -> Stack:
        """The parts as one wide picture: a column a flow, or, of one flow, a column a part.

        A part's own heading comes first; what was run is said below, aside.
        """
        _, *pieces = self.stills(look, WIDE)
        count = len(self.flows.flows) if self.asked else 1
        columns = [Stack(tuple(pieces[k::count])) for k in range(count)]
        if count == 1:
            columns = [Stack((each,)) for each in pieces]
        told = [each for each in columns if _only_words(each)]
        if len(told) == len(columns):
            told = []
        else:  # what has nothing to show takes no room from the others
            columns = [each for each in columns if each not in told]
        rows = -(-len(columns) // COLUMNS)
        across = -(-len(columns) // rows)
        columns += [Stack(())] * (rows * across - len(columns))
        beside = (Beside(tuple(columns[k * across : (k + 1) * across])) for k in range(rows))
        return Stack((*beside, *told, sweep.context(self.flows, self.say)))

    def frames(self) -> tuple[Iterable[Stack], int]:
        """The film that is saved, and of how many frames; or the sweep, to be printed."""
        if self.curves:
            count = len(sweep.backward_steps(self.flows.steps, FRAMES))
            return sweep.frames(self.flows, FRAMES, self.say), count
        return chain.film(self.flows, self.say), len(chain.filmed(self.flows.steps))

    def told(self) -> Iterator[tuple[str, Stack]]:
        """The frames of a page, key by key, and what each of them says."""
        for moment in self._moments(At(curves=self.curves), PAGES):
            picture = self._picture(At(moment, curves=self.curves), False)
            words = picture.parts[0]
            yield (plain(words.text) if isinstance(words, Words) else ""), picture

    def _picture(self, look: At, final: bool) -> Stack:
        if look.curves:
            return sweep.picture(self.flows, round(look.moment.at), final, self.say)
        return chain.picture(self.flows, look.moment, self.say)

    # ---------------------------------------------------------------- on the screen

    def film(self) -> Film:
        """As it is played."""
        title = "lstm-viz gradients, key by key"
        again = self._restart
        return Film(self.picture, token, self.onward, self._keys(), title=title, again=again)

    def picture(self, look: At, columns: int, rows: int) -> Picture:
        """The chain, the curves, or a part: that is drawn once for a width."""
        if not look.part:
            return self._picture(look, look.whole)
        key = look.part, look.flow, columns, rows
        if key not in self._drawn:
            part, how = PARTS[look.part], Look(columns, self.unit, self.say, rows)
            self._drawn[key] = part.closely(self.flows, look.flow, how)
        return self._drawn[key]

    def onward(self, look: At) -> At | None:
        """One frame on; from the whole picture, with which it opens, to the beginning."""
        if look.whole and not look.part:
            return self._restart(look)
        if look.part or look.moment == LAST:
            return None
        return replace(look, moment=self._next(self._moments(look), look.moment))

    def _moments(self, look: At, most: int = FRAMES) -> list[Moment]:
        moments = chain.moments(self.flows.steps, most)
        return [each for each in moments if each.back] if look.curves else moments

    def _next(self, moments: list[Moment], moment: Moment) -> Moment:
        """The one that follows, also on one that is between them."""
        order = [_order(each) for each in moments]
        later = (m for m, place in zip(moments, order, strict=True) if place > _order(moment))
        return next(later, LAST)

    def _keys(self) -> tuple[Key, ...]:
        by, part, last = self._by, self._part, float(self.flows.steps - 1)
        return (
            Key(("left",), "←", "previous step; in the views below: previous cell", by(-1)),
            Key(("right",), "→", "next step; in the views below: next cell", by(1)),
            Key(("home",), "Home", "the beginning", self._restart, "restart"),
            Key(("end",), "End", "the end: the full picture", self._to(LAST)),
            Key(("b",), "b", "the backward pass, from the loss", self._to(Moment(last, True))),
            Key(("c",), "c", "switch between chain and curves", self._turn, "curves"),
            Key(("tab",), "Tab", "the next cell, for the views below", self._next_flow),
            *(
                Key((each.key,), each.key, f"{each.name}: {_foot(each.help)}", part(each.name))
                for each in PARTS.values()
            ),
        )

    def _to(self, moment: Moment) -> Change:
        return lambda look: replace(look, moment=moment, part="", whole=False)

    def _by(self, change: int) -> Change:
        def changed(look: At) -> At:
            if look.part:  # it has all steps on it
                return replace(look, flow=(look.flow + change) % len(self.flows.flows))
            at = min(max(look.moment.at + change, 0.0), self.flows.steps - 1.0)
            return replace(look, moment=Moment(at, look.moment.back), whole=False)

        return changed

    def _restart(self, look: At) -> At:
        return replace(look, moment=self._moments(look)[0], part="", whole=False)

    def _turn(self, look: At) -> At:
        moment = look.moment if look.moment.back else LAST
        return replace(look, curves=not look.curves, moment=moment, part="")

    def _part(self, part: str) -> Change:
        return lambda look: replace(look, part="" if look.part == part else part)

    def _next_flow(self, look: At) -> At:
        return replace(look, flow=(look.flow + 1) % len(self.flows.flows))


def _only_words(picture: Picture) -> bool:
    """Whether nothing is drawn there."""
    if isinstance(picture, Stack):
        return all(map(_only_words, picture.parts))
    return isinstance(picture, Words)


def _order(moment: Moment) -> tuple[bool, float]:
    """What comes first when it is played."""
    return moment.back, -moment.at if moment.back else moment.at


def _foot(words: str) -> str:
    """A sentence of the help, as it stands after a colon."""
    return words[0].lower() + words[1:].rstrip(".")


def token(look: At) -> str:
    """What stands in the corner; `GradientFilm.read` reads it back."""
    if look.part:
        return f"{look.part}.{look.flow + 1}"
    return ("" if look.moment.back else "f") + str(round(look.moment.at) + 1)
