"""A pickle read as data: no module is imported, no class is built, no function is called.

What a pickle says is "call this with that"; here such a call becomes a `Made` object that only
names what would have been called. Two harmless ones are known: `OrderedDict` becomes a dictionary.
"""

from __future__ import annotations

import io
import pickletools
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any

from lstm_viz.validation.errors import InputError

MOST_OPCODES = 800_000  # PyTorch writes 30 for a tensor
LONGEST_KEY, LONGEST_TUPLE = 4096, 16


@dataclass(frozen=True)
class Global:
    """A name that the pickle mentions: a class or a function, which is not imported."""

    name: str


@dataclass
class Made:
    """What calling `maker` with `arguments` would have made; `state` would have been set on it."""

    maker: str
    arguments: Any
    state: Any = None
    items: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reference:
    """Something outside the pickle, such as a tensor's storage."""

    key: Any


MARK = object()


class _Machine:
    """The pickle machine over inert data."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.references: list[Reference] = []

    def refuse(self, why: str) -> InputError:
        return InputError(f"{self.path}: the pickle in it is broken ({why})")

    def top(self) -> Any:
        if not self.stack or self.stack[-1] is MARK:
            raise self.refuse("it pops more than it has pushed")
        return self.stack[-1]

    def pop(self) -> Any:
        self.top()
        return self.stack.pop()

    def since_mark(self) -> list[Any]:
        for k in range(len(self.stack) - 1, -1, -1):
            if self.stack[k] is MARK:
                found, self.stack[k:] = self.stack[k + 1 :], []
                return found
        raise self.refuse("a mark is missing")

    def set_items(self, pairs: list[Any]) -> None:
        target = self.top()
        target = target.items if isinstance(target, Made) else target
        if not isinstance(target, dict) or len(pairs) % 2:
            raise self.refuse("items are set on something that is not a dictionary")
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            if not _is_key(key):
                raise self.refuse("a key is not a plain value")
            target[key] = value

    def dictionary(self) -> None:
        pairs = self.since_mark()
        self.stack.append({})
        self.set_items(pairs)

    def drop(self) -> None:
        if self.stack:
            self.stack.pop()

    def append(self, items: list[Any]) -> None:
        target = self.top()
        if isinstance(target, Made):
            return
        if not isinstance(target, list):
            raise self.refuse("something is appended to what is not a list")
        target.extend(items)

    def reduce(self) -> None:
        arguments, maker = self.pop(), self.pop()
        if not isinstance(maker, Global):
            raise self.refuse("what is called has no name")
        if maker.name == "collections OrderedDict":
            self.stack.append({})
        else:
            self.stack.append(Made(maker.name, arguments))

    def build(self) -> None:
        state, target = self.pop(), self.top()
        if isinstance(target, Made):
            target.state = state

    def global_from_stack(self) -> None:
        name, module = self.pop(), self.pop()
        self.stack.append(Global(f"{module} {name}"))

    def new_object(self, keywords: Any = None) -> None:
        arguments, maker = self.pop(), self.pop()
        name = maker.name if isinstance(maker, Global) else "?"
        self.stack.append(Made(name, arguments))

    def refer(self) -> None:
        """Before PyTorch 1.6 the class of a module is named like something outside."""
        key = self.pop()
        if isinstance(key, tuple) and key[:1] == ("module",) and isinstance(key[1], Global):
            self.stack.append(key[1])
        else:
            self.references.append(Reference(key))
            self.stack.append(self.references[-1])

    def get(self, place: int) -> None:
        if place not in self.memo:
            raise self.refuse("it refers to nothing")
        self.stack.append(self.memo[place])

    def tuple_of(self, count: int) -> None:
        self.stack.append(tuple([self.pop() for _ in range(count)][::-1]))

    def remember(self, place: int) -> None:
        if not 0 <= place < MOST_OPCODES:  # others may be chosen so that their hashes are one
            raise self.refuse("it uses an impossible memo index")
        self.memo[place] = self.top()


def _is_key(key: Any) -> bool:
    """Whether hashing and comparing it is quick: in a tuple, a tuple may hold itself 2⁶⁰ times."""
    if isinstance(key, tuple):
        return len(key) <= LONGEST_TUPLE and all(map(_is_plain, key))
    return _is_plain(key)


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_KEY
    if isinstance(value, int):
        return abs(value) < sys.hash_info.modulus
    return value is None or isinstance(value, float)


_LITERALS = [  # numbers and text that stand in the pickle itself
    op.name
    for op in pickletools.opcodes
    if op.arg and not op.stack_before and op.stack_after[:1] not in ([], [pickletools.anyobject])
]
_DOES: dict[str, Callable[[_Machine, Any], Any]] = {
    **dict.fromkeys(_LITERALS, lambda m, given: m.stack.append(given)),
    **dict.fromkeys(("PROTO", "FRAME"), lambda m, _: None),
    "EMPTY_DICT": lambda m, _: m.stack.append({}),
    **dict.fromkeys(("EMPTY_LIST", "EMPTY_SET"), lambda m, _: m.stack.append([])),
    "EMPTY_TUPLE": lambda m, _: m.stack.append(()),
    "MARK": lambda m, _: m.stack.append(MARK),
    "NONE": lambda m, _: m.stack.append(None),
    "NEWTRUE": lambda m, _: m.stack.append(True),
    "NEWFALSE": lambda m, _: m.stack.append(False),
    "GLOBAL": lambda m, given: m.stack.append(Global(given)),
    "STACK_GLOBAL": lambda m, _: m.global_from_stack(),
    "REDUCE": lambda m, _: m.reduce(),
    "NEWOBJ": lambda m, _: m.new_object(),
    "NEWOBJ_EX": lambda m, _: m.new_object(m.pop()),
    "BUILD": lambda m, _: m.build(),
    "BINPERSID": lambda m, _: m.refer(),
    **dict.fromkeys(("BINPUT", "LONG_BINPUT", "PUT"), _Machine.remember),
    "MEMOIZE": lambda m, _: m.remember(len(m.memo)),
    **dict.fromkeys(("BINGET", "LONG_BINGET", "GET"), _Machine.get),
    "TUPLE": lambda m, _: m.stack.append(tuple(m.since_mark())),
    "TUPLE1": lambda m, _: m.tuple_of(1),
    "TUPLE2": lambda m, _: m.tuple_of(2),
    "TUPLE3": lambda m, _: m.tuple_of(3),
    "LIST": lambda m, _: m.stack.append(list(m.since_mark())),
    "DICT": lambda m, _: m.dictionary(),
    "SETITEM": lambda m, _: m.set_items([m.pop(), m.pop()][::-1]),
    "SETITEMS": lambda m, _: m.set_items(m.since_mark()),
    "APPEND": lambda m, _: m.append([m.pop()]),
    "APPENDS": lambda m, _: m.append(m.since_mark()),
    "ADDITEMS": lambda m, _: m.append(m.since_mark()),
    "POP": lambda m, _: m.drop(),
    "POP_MARK": lambda m, _: m.since_mark(),
    "DUP": lambda m, _: m.stack.append(m.top()),
}  # fmt: skip


def read(content: bytes, path: str) -> Any:
    """What the pickle holds, as dictionaries, lists, tuples, numbers, text, and inert `Made`.

    Raises `InputError` for a broken pickle or one with opcodes that data never need.
    """
    return read_from(io.BytesIO(content), path)[0]


def read_from(file: IO[bytes], path: str) -> tuple[Any, list[Reference]]:
    """As `read`, of the pickle that begins here in a file; and what it refers to outside itself."""
    machine = _Machine(path)
    try:
        return _run(machine, file)
    except InputError:
        raise
    except (ValueError, TypeError, KeyError, OverflowError, MemoryError, RecursionError) as error:
        raise machine.refuse(str(error)[:80]) from None


# By the byte that it begins with: its name, what reads what is given with it, and what it does.
_Opcode = tuple[str, Callable[[IO[bytes]], Any] | None, Callable[[_Machine, Any], Any] | None]
_OPCODES: dict[bytes, _Opcode] = {
    op.code.encode("latin-1"): (op.name, op.arg.reader if op.arg else None, _DOES.get(op.name))
    for op in pickletools.opcodes
}


def _run(machine: _Machine, file: IO[bytes]) -> tuple[Any, list[Reference]]:
    """Opcode by opcode, without `pickletools.genops`, which takes three times as long."""
    with warnings.catch_warnings(action="ignore"):  # of escapes in what should be a name
        for _ in range(MOST_OPCODES):
            code = file.read(1)
            if code not in _OPCODES:
                raise machine.refuse(f"opcode {code!r} is unknown" if code else "it has no end")
            name, reader, does = _OPCODES[code]
            given = reader(file) if reader else None
            if name == "STOP":
                return machine.pop(), machine.references
            if does is None:
                why = f"the pickle in it uses {name}, which weights never need"
                raise InputError(f"{machine.path}: {why}")
            does(machine, given)
    raise machine.refuse("it does not end")
