"""The rules of one site: local decisions, choices of the options, and words of its own.

Takes   the text of the site's file, in TOML: tables `local_rules`, `choices`, `words`.
Gives   `SiteRules`, or a `ValueError` whose sentence names the key, the value and what is allowed.
        A printed ceiling can be lowered, never raised; words are options, as ours are.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any
from zlib import crc32

from grading.decisions.step_choices import STEP_AS_PRINTED, StepChoices
from grading.guidelines.site_words import checked_words
from grading.guidelines.step import LINES
from grading.local_rules import DEFAULT, LocalRules

KINDS = {bool: "true or false", int: "a whole number", str: "a word"}
LOCAL_RULES, CHOICES, WORDS = "local_rules", "choices", "words"


@dataclass(frozen=True, slots=True)
class SiteDifference:
    """One thing in which a site differs: as it is with us, and as the site has it."""

    table: str
    name: str
    ours: Any
    of_site: Any


@dataclass(frozen=True, slots=True)
class SiteRules:
    """What a site decides, chooses and says. `words` are texts by the code of a line."""

    local: LocalRules = DEFAULT
    choices: StepChoices = STEP_AS_PRINTED
    words: Mapping[str, str] = field(default_factory=dict)

    def version_of_options(self) -> str:
        """Another one where a site chooses or says otherwise; grades do not depend on it."""
        return f"{crc32(repr((self.choices, self.words)).encode()):08x}"

    def differences(self) -> tuple[SiteDifference, ...]:
        """Everything in which this site differs from what is printed here."""
        ours = {line.code: line.text for line in LINES}
        return (
            *_differing(LOCAL_RULES, DEFAULT, self.local),
            *_differing(CHOICES, STEP_AS_PRINTED, self.choices),
            *(SiteDifference(WORDS, code, ours[code], text) for code, text in self.words.items()),
        )


def site_rules_in(text: str) -> SiteRules:
    """The rules in the text of a site's file."""
    try:
        tables = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as wrong:
        raise ValueError(f"This is not TOML: {wrong}.") from wrong
    return site_rules(tables)


def site_rules(tables: Mapping[str, Any]) -> SiteRules:
    """The rules in the tables of a site's file, checked."""
    for name, table in tables.items():
        if name not in {LOCAL_RULES, CHOICES, WORDS} or not isinstance(table, dict):
            raise ValueError(
                f"[{name}] is no table of this file. It has [{LOCAL_RULES}], [{CHOICES}] and "
                f"[{WORDS}]."
            )
    return SiteRules(
        with_decisions(tables.get(LOCAL_RULES, {})),
        _with_choices(tables.get(CHOICES, {})),
        checked_words(tables.get(WORDS, {})),
    )


def with_decisions(chosen: Mapping[str, Any]) -> LocalRules:
    """The default decisions with the chosen ones in their place."""
    return LocalRules(**_checked_values(LocalRules, chosen, LOCAL_RULES))


def _with_choices(chosen: Mapping[str, Any]) -> StepChoices:
    """The choices of the options as printed with the site's in their place; none is 0 or less."""
    values = _checked_values(StepChoices, chosen, CHOICES)
    for name, value in values.items():
        if value <= 0:
            raise ValueError(f"[{CHOICES}] {name} is {value}. It must be above 0.")
    return StepChoices(**values)


def _checked_values(
    kind: type[LocalRules | StepChoices], chosen: Mapping[str, Any], table: str
) -> dict[str, Any]:
    fields = {item.name: item for item in dataclasses.fields(kind)}
    for name in chosen:
        if name not in fields:
            near = get_close_matches(name, fields, n=1)
            hint = f"Did you mean {near[0]}?" if near else "The rules page lists all names."
            raise ValueError(f"[{table}] {name} does not exist. {hint}")
    return {name: _checked(fields[name], value, table) for name, value in chosen.items()}


def _checked(item: dataclasses.Field[Any], value: Any, table: str) -> Any:
    """One value, of the kind of its default and within what is printed."""
    what = f"[{table}] {item.name} is {value!r}."
    if isinstance(item.default, Decimal):
        value = _decimal(value, what)
    elif type(value) is not type(item.default):
        raise ValueError(f"{what} It must be {KINDS[type(item.default)]}.")
    words = {item.default, *re.findall(r'"([\w.]+)"', item.metadata.get("instead", ""))}
    if isinstance(value, str) and value not in words:
        allowed = " or ".join(sorted(words))
        raise ValueError(f"{what} It must be {allowed}.")
    if item.metadata.get("ceiling") and not 0 < value <= item.default:
        raise ValueError(
            f"{what} {item.default} is printed: it can be lowered, not raised, and is above 0."
        )
    if item.metadata.get("floor") and value < item.default:
        raise ValueError(f"{what} {item.default} is printed: it can be raised, not lowered.")
    return value


def _decimal(value: Any, what: str) -> Decimal:
    """A decimal may come as a number or as text."""
    try:
        number = Decimal("" if isinstance(value, bool) else str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(f"{what} It must be a number.")
    return number


def _differing(table: str, ours: Any, of_site: Any) -> Iterator[SiteDifference]:
    for item in dataclasses.fields(ours):
        values = getattr(ours, item.name), getattr(of_site, item.name)
        if values[0] != values[1]:
            yield SiteDifference(table, item.name, *values)
