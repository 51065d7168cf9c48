"""Bash takes a word apart where the others do not, and is given the rest of it alone."""

from __future__ import annotations

from click.shell_completion import BashComplete, CompletionItem

BREAKS = ("@", "=", ":")


class Bash(BashComplete):
    """Bash, which ends a word at `@`, `=` and `:`, too, and asks for the rest of it alone."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words as they were typed, and the one that is not yet whole."""
        args, last = super().get_completion_args()
        whole: list[str] = []
        for word in (*args, last):
            if whole and _is_broken(whole[-1], word):
                whole[-1] += word
            else:
                whole.append(word)
        incomplete = whole.pop() if whole else ""
        value = incomplete.partition("=")[2] if incomplete.startswith("-") else incomplete
        rest = "" if last in ("=", ":") else last
        self._typed = value.removesuffix(rest).removesuffix("@")
        return whole, incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """The rest of the word."""
        rest = item.value if item.type == "file" else item.value.removeprefix(self._typed)
        return f"{item.type},{rest}"


def _is_broken(before: str, word: str) -> bool:
    """Whether two words were one. An `@` after an option begins its value."""
    value = word[:1] == "@" and before.startswith("-") and not before.endswith("=")
    return not value and (word[:1] in BREAKS or before[-1:] in BREAKS)
