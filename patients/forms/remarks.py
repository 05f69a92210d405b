"""The remarks of a form: refusals, questions, offers, and how a value was read.

A remark stands beside the field it is about. A question is answered by a tick that names the value
(`temperature_c=41.5`), so that the answer never covers another value typed later. An offer is
one tap that fills fields; its fields and values are a query string, which the script reads, and
the server where there is no script.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.http import QueryDict

TAPPED_OFFER = "fill"
SAVING_OFFER = "fill_and_save"
"""The name of the button of an offer that is filled in and saved in the same tap."""
TAKEN_ALONG = "fill_too"
"""The name of a tick with more values, which are filled in together with a `SAVING_OFFER`."""
CONFIRM = "confirm"

MOST_OFFERED = 200
"""Values in one offer at most. The longest, the ranges of every analyte, has less than half."""
MOST_TAKEN_ALONG = 4
"""Ticks that one offer takes along at most."""
LONGEST_OFFER = 10_000
"""Characters of an offer's query string at most."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One tap that puts these values into these fields, and saves where `saves`.

    `is_ticked`: an offer that another one takes along has been ticked.
    """

    label: str
    query: str
    saves: bool = False
    is_ticked: bool = False

    @classmethod
    def of(cls, label: str, values: Mapping[str, Any], *, saves: bool = False) -> Offer:
        return cls(label, urlencode(values, doseq=True), saves)


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark beside a field. `unfinished`: the value may still be half typed.

    `along` are ticks with values that an offer which saves takes along. `yes_saves`: the answer
    to the question is a button that saves.
    """

    kind: str
    text: str
    offers: tuple[Offer, ...] = ()
    key: str = ""
    yes: str = ""
    is_confirmed: bool = False
    unfinished: bool = False
    along: tuple[Offer, ...] = ()
    yes_saves: bool = False

    @property
    def is_question(self) -> bool:
        return self.kind == "question"

    @property
    def is_open(self) -> bool:
        return self.kind == "error" or (self.is_question and not self.is_confirmed)


class Refusal(ValidationError):
    """Raised for a value that is not accepted; `offers` are values that may have been meant."""

    def __init__(
        self, text: str, *, offers: Iterable[Offer] = (), unfinished: bool = False
    ) -> None:
        super().__init__(text, code="refused")
        self.offers = tuple(offers)
        self.unfinished = unfinished


def with_offer(data: QueryDict, names: Collection[str]) -> QueryDict:
    """`data` with the values of a tapped offer put in, as the script does in the page.

    An offer fills inputs of these names only. One that is longer than any of ours fills nothing.
    """
    changed = data.copy()
    changed.setdefault("uid", str(uuid4()))
    queries = [data.get(name, "") for name in (TAPPED_OFFER, SAVING_OFFER) if name in data]
    if SAVING_OFFER in data:
        queries += data.getlist(TAKEN_ALONG)[:MOST_TAKEN_ALONG]
    for query in queries:
        for name, values in _offered(query).items():
            if name in names:
                changed.setlist(name, values)
    return changed


def _offered(query: str) -> dict[str, list[str]]:
    if len(query) > LONGEST_OFFER:
        return {}
    try:
        return parse_qs(query, keep_blank_values=True, max_num_fields=MOST_OFFERED)
    except ValueError:
        return {}


def remark_of(error: ValidationError) -> Remark:
    """The remark that shows a refusal beside its field."""
    text = " ".join(error.messages)
    if isinstance(error, Refusal):
        return Remark("error", text, error.offers, unfinished=error.unfinished)
    return Remark("error", text)
