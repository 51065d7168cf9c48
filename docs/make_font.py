"""Make the font of the Chinese words: the characters of the catalogue, out of Noto Sans CJK.

    python docs/make_font.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

writes `lstm_viz/figure/chinese.otf`. Debian's fonts-noto-cjk has the collection. The font's
licence, the SIL Open Font License, allows subsets; this one has a name of its own, so that it is
never mistaken for a whole font that is installed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

from lstm_viz.figure.fonts import BUNDLED, BUNDLED_FILE, in_chinese
from lstm_viz.pictures.chinese import CHINESE

FACE = "Noto Sans CJK SC"
COPYRIGHT, LICENCE, URL = 0, 13, 14  # of a font's names, those that stay


def main(collection: str) -> None:
    """Write the font."""
    font = next(each for each in TTCollection(collection).fonts if _family(each) == FACE)
    options = Options()
    options.layout_features, options.hinting = [], False
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GSUB", "GPOS"]
    options.name_IDs = [COPYRIGHT, LICENCE, URL]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=map(ord, in_chinese("".join(CHINESE.values()))))
    subsetter.subset(font)
    _name(font)
    font.recalcTimestamp = False  # the same words make the same file
    font.save(BUNDLED_FILE)
    print(f"{BUNDLED_FILE}: {Path(BUNDLED_FILE).stat().st_size:,} bytes")


def _family(font: TTFont) -> str:
    return str(font["name"].getDebugName(1))


def _name(font: TTFont) -> None:
    """Its own family; in the CFF table too, which holds names of its own."""
    script = BUNDLED.replace(" ", "")
    for number, name in {1: BUNDLED, 2: "Regular", 4: BUNDLED, 6: script}.items():
        font["name"].setName(name, number, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [script]
    top = cff.topDictIndex[0]
    top.FullName = top.FamilyName = BUNDLED


if __name__ == "__main__":
    main(sys.argv[1])
