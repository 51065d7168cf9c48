"""How much a protobuf message holds, before it is parsed: two bytes may become a whole object."""

from __future__ import annotations

from typing import Any

VARINT, EIGHT, LENGTH, FOUR = 0, 1, 2, 5


def has_more_fields(content: bytes, descriptor: Any, most: int) -> bool:
    """Whether a message has more fields than `most`, with those inside of it; or is broken."""
    left = [(0, len(content), descriptor)]
    while left:
        place, end, message = left.pop()
        while place < end:
            most -= 1
            tag, place = _varint(content, place)
            if most < 0 or place > end:
                return True
            kind = tag & 7
            if kind == VARINT:
                _, place = _varint(content, place)
            elif kind == LENGTH:
                length, place = _varint(content, place)
                field = message.fields_by_number.get(tag >> 3)
                if field is not None and field.message_type is not None:
                    left.append((place, min(place + length, end), field.message_type))
                place += length
            elif kind in (EIGHT, FOUR):
                place += 8 if kind == EIGHT else 4
            else:
                return True
    return False


def _varint(content: bytes, place: int) -> tuple[int, int]:
    """A number in groups of seven bits, and the place after it."""
    found = 0
    for shift in range(0, 70, 7):
        if place >= len(content):
            break
        byte = content[place]
        place += 1
        found |= (byte & 127) << shift
        if byte < 128:
            return found, place
    return 0, len(content) + 1
