"""The characters of a name or a number by which people are told apart.

Two texts that look the same have to be the same text: a character that nobody sees would make a
second patient. Both are kept in one Unicode form, NFKC.
"""

from __future__ import annotations

import unicodedata

DEFAULT_IGNORABLE = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
"""Default_Ignorable_Code_Point, first and last of each range, of the file DerivedCoreProperties.txt
of Unicode 14; Python's `unicodedata` does not have this property."""
BLANK_PATTERN = 0x2800  # braille without a dot
UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})
JOINERS = frozenset("\u200c\u200d")
JOINING_SCRIPTS = (
    "ARABIC",
    "BENGALI",
    "DEVANAGARI",
    "GUJARATI",
    "GURMUKHI",
    "KANNADA",
    "KHMER",
    "MALAYALAM",
    "MONGOLIAN",
    "MYANMAR",
    "ORIYA",
    "SINHALA",
    "SYRIAC",
    "TAMIL",
    "TELUGU",
)
"""Scripts in which a joiner changes how letters are drawn, as the names of their letters begin."""


def normalized(text: str) -> str:
    """The text in the Unicode form NFKC, without space around it."""
    return unicodedata.normalize("NFKC", text).strip()


def problem_in_name(text: str) -> str:
    """What nobody sees in a name, as the end of a sentence; empty where all is seen."""
    for at, letter in enumerate(text):
        if letter == " " or (letter in JOINERS and _joins(text, at)):
            continue
        if _is_unseen(letter) or (_is_mark(letter) and (at == 0 or text[at - 1] == " ")):
            return f"holds a character that cannot be seen: {_place(text, at)}. Type it anew."
    return ""


def problem_in_mrn(text: str) -> str:
    """What an MRN may not hold: anything but letters, digits and signs of ASCII, single spaces."""
    if problem := problem_in_name(text):
        return problem
    for at, letter in enumerate(text):
        if not letter.isascii():
            return f"holds {letter}, {_place(text, at)}. Type it with the letters A–Z and digits."
        if text[at : at + 2] == "  ":
            return "holds two spaces side by side. Type one."
    return ""


def _is_unseen(letter: str) -> bool:
    point = ord(letter)
    is_ignorable = any(first <= point <= last for first, last in DEFAULT_IGNORABLE)
    return (
        is_ignorable or point == BLANK_PATTERN or unicodedata.category(letter) in UNSEEN_CATEGORIES
    )


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) in {"Mn", "Me"}


def _joins(text: str, at: int) -> bool:
    """Whether letters of a script with joiners stand on both sides."""
    beside = text[max(at - 1, 0) : at], text[at + 1 : at + 2]
    return all(
        letter and unicodedata.name(letter, "").startswith(JOINING_SCRIPTS) for letter in beside
    )


def _place(text: str, at: int) -> str:
    """The code point of a character and the letters beside it: U+200C between 1 and 2."""
    before, after = text[:at][-1:], text[at + 1 : at + 2]
    point = f"U+{ord(text[at]):04X}"
    if before and after:
        return f"{point} between {before} and {after}"
    return f"{point} after {before}" if before else f"{point} at the start"
