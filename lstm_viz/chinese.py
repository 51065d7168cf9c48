"""The words of the screens and of the zoo in Chinese; `{…}` stands for what is put in."""

CHINESE: dict[str, str] = {}
