"""Units of the laboratory in every spelling that is read: an exact list, made from exact parts.

A unit is a numerator over a denominator (`ng/mL`), each with its spellings. Case is free where a
part has one reading only, so that `NG/ML` is listed and `MU/mL` (mega or milli?) is not. Nothing is
guessed: what is not in these lists is not read, and an analyte reads only its own units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product


def in_any_case(*spellings: str) -> tuple[str, ...]:
    """Each spelling as it stands, in small and in capital letters; never `Mg`, a megagram."""
    return tuple(
        dict.fromkeys(form for text in spellings for form in (text, text.lower(), text.upper()))
    )


def words_in_any_case(*spellings: str) -> tuple[str, ...]:
    """Words too long to be a unit with a prefix: capitalized as well."""
    return tuple(dict.fromkeys((*in_any_case(*spellings), *map(str.capitalize, spellings))))


NUMERATORS: dict[str, tuple[str, ...]] = {
    "g": (*in_any_case("g", "gm", "gms"), "Gm", "Gms"),
    "mg": in_any_case("mg"),
    "ug": in_any_case("ug", "mcg"),
    "ng": in_any_case("ng"),
    "pg": in_any_case("pg"),
    "mmol": in_any_case("mmol"),
    "umol": in_any_case("umol", "mcmol"),
    "pmol": in_any_case("pmol"),
    "meq": in_any_case("mEq", "mval"),
    "U": (*in_any_case("U", "IU", "[iU]", "UI", "IE"), *words_in_any_case("unit", "units")),
    "mU": ("mU", "mIU", "m[iU]", "m[IU]"),
    "kU": ("kU", "ku", "KU", "kIU", "KIU", "k[iU]", "k[IU]"),
    "ukat": in_any_case("ukat", "mckat"),
    "nkat": in_any_case("nkat"),
}
DENOMINATORS: dict[str, tuple[str, ...]] = {
    "L": in_any_case("L", "liter", "litre"),
    "dL": in_any_case("dL", "100mL"),
    "mL": in_any_case("mL"),
}
OTHER_SPELLINGS: dict[str, tuple[str, ...]] = {
    "g/dL": in_any_case("g%", "gm%", "gms%"),
    "mg/dL": in_any_case("mg%"),
    "s": (
        *in_any_case("s"),
        *words_in_any_case("sec", "secs", "sec.", "second", "seconds", "sek", "sek."),
    ),
    "{INR}": (*words_in_any_case("{INR}", "INR", "{ratio}", "ratio"), "1", ""),
}
"""Spellings that are no numerator over a denominator. An INR has no unit and needs none."""
WORDS = {"FEU": in_any_case("FEU"), "urea": words_in_any_case("urea")}
BESIDE = ("{}", "{{{}}}", "({})", "-{}")
"""How a word stands beside a unit, or beside its numerator: ng/mL FEU, ng/mL{FEU}, ug{FEU}/mL."""

CELLS = ("", "cells", "cell", "{cells}", "{cell}")
COUNTED_ONE_BY_ONE = (*words_in_any_case(*CELLS), "{#}", "#", "1")
POWER_WORDS: dict[int, tuple[str, ...]] = {
    3: (
        "K",
        "k",
        *words_in_any_case("thou", "thous", "thousand", "thousands", "tsd", "tsd."),
        "1000",
        "1,000",
    ),
    4: ("10000", "10,000"),
    5: words_in_any_case("lakh", "lakhs", "lac", "lacs"),
    6: ("M", *words_in_any_case("mio", "mio.", "mill", "million")),
    9: in_any_case("G", "giga", "Gpt", "GPt"),
}
"""`m` is never million, and `g` is giga only since a count has no mass."""
COUNT_VOLUMES: dict[str, tuple[int, tuple[str, ...], tuple[int, ...]]] = {
    "L": (9, in_any_case("L", "liter", "litre"), (6, 9)),
    "mL": (6, in_any_case("mL"), (0, 3, 6)),
    "uL": (
        3,
        in_any_case("uL", "mcL", "microliter", "microlitre", "mm3", "mm^3", "cmm", "cumm", "cu.mm"),
        (0, 3, 4, 5),
    ),
    "nL": (0, in_any_case("nL"), (0,)),
}
"""The volume as a power of ten below 10*9/L, its spellings, and the powers it is counted in."""

_PRINTED = str.maketrans(
    {
        "\N{MICRO SIGN}": "u",
        "\N{GREEK SMALL LETTER MU}": "u",
        "\N{MULTIPLICATION SIGN}": "x",
        "\N{MIDDLE DOT}": ".",
        "\N{DOT OPERATOR}": ".",
        "\N{FRACTION SLASH}": "/",
        "\N{DIVISION SLASH}": "/",
    }
)
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
_ON_LINE = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_TO_THE_MINUS_ONE = re.compile(r"(.+)\.([A-Za-z]+)\^?-1")
_TIMES_TEN = re.compile(r"^[xX*](?=10)")
_PER = re.compile(r"(?:^|\s+)per\s+")


@lru_cache(maxsize=4096)
def plain_spelling(unit: str) -> str:
    """The unit without spaces, micro sign, raised digits and times sign: `× 10⁹/L` is x10^9/L."""
    text = _RAISED.sub(lambda raised: "^" + raised[0].translate(_ON_LINE), _PER.sub("/", unit))
    return _TIMES_TEN.sub("x", "".join(text.translate(_PRINTED).split()))


def _with_words(parts: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, str]]:
    """The part and the word, by every spelling of the part alone and with a word beside it."""
    spelled = {text: (part, "") for part, texts in parts.items() for text in texts}
    for word, cased in WORDS.items():
        for (text, (part, none)), beside, form in product(list(spelled.items()), BESIDE, cased):
            if not none:
                spelled[text + beside.format(form)] = (part, word)
    return spelled


def _powers_of_ten(power: int) -> Iterator[str]:
    """A power of ten as laboratories and computers write it.

    `10e9` is 10 to the ninth: so laboratories write what their printer cannot raise.
    """
    for sign in ("*", "^", "**", "e", "E", "x", "X"):
        yield from (f"10{sign}{power}", f"x10{sign}{power}")
    for form in ("10({})", "x10({})", "10^({})", "x10^({})", "x10{}", "1e{}", "1E{}"):
        yield form.format(power)
    yield from POWER_WORDS[power]


OVER, UNDER = _with_words(NUMERATORS), _with_words(DENOMINATORS)
LISTED_AS = {
    plain: unit for unit, texts in OTHER_SPELLINGS.items() for plain in map(plain_spelling, texts)
}
COUNTED = {
    **dict.fromkeys(COUNTED_ONE_BY_ONE, 0),
    **{
        number + cells: power
        for power in POWER_WORDS
        for number, cells in product(_powers_of_ten(power), CELLS)
    },
}
"""The power of ten by every spelling of what is counted."""
VOLUMES = {
    text: (below, powers) for below, texts, powers in COUNT_VOLUMES.values() for text in texts
}


@lru_cache(maxsize=4096)
def unit_named(unit: str) -> str | None:
    """The unit as analytes list it, by any of its spellings; None where none is listed.

    `NG/ML` and `ng.mL-1` are ng/mL, `µg{FEU}/mL` is ug/mL FEU. Counts are not read here.
    """
    plain = plain_spelling(unit)
    if plain in LISTED_AS:
        return LISTED_AS[plain]
    over, under = _parts(plain)
    if over not in OVER or under not in UNDER:
        return None
    (numerator, beside), (denominator, behind) = OVER[over], UNDER[under]
    if beside and behind:
        return None
    return f"{numerator}/{denominator} {beside or behind}".strip()


@lru_cache(maxsize=4096)
def count_power(unit: str) -> int | None:
    """A count of cells as a power of ten of 10*9/L, by any of its spellings; None: not listed."""
    over, under = _parts(plain_spelling(unit))
    if over not in COUNTED or under not in VOLUMES:
        return None
    power, (below, powers) = COUNTED[over], VOLUMES[under]
    return power - below if power in powers else None


def _parts(plain: str) -> tuple[str, str]:
    """What stands over and under the stroke; `mg.dL-1` has the same two parts."""
    if inverse := _TO_THE_MINUS_ONE.fullmatch(plain):
        return inverse[1], inverse[2]
    over, stroke, under = plain.rpartition("/")
    return (over, under) if stroke else (plain, "")
