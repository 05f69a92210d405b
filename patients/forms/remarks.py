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
REST_OFFER = "fill_rest_and_save"
"""The name of the button of an offer of what was left out. Where another answer stands in one of
its fields by now, it fills in nothing: the form asks anew."""
SAVING_OFFERS = (SAVING_OFFER, REST_OFFER)
TAKEN_ALONG = "fill_too"
"""The name of a tick with more values, which are filled in together with an offer that saves."""
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

    `is_ticked`: an offer that another one takes along has been ticked. `is_rest`: it fills in what
    was left out (`REST_OFFER`).
    """

    label: str
    query: str
    saves: bool = False
    is_ticked: bool = False
    is_rest: bool = False

    @classmethod
    def of(cls, label: str, values: Mapping[str, Any], *, saves: bool = False) -> Offer:
        return cls(label, urlencode(values, doseq=True), saves)

    @classmethod
    def of_rest(cls, label: str, values: Mapping[str, Any]) -> Offer:
        return cls(label, urlencode(values, doseq=True), saves=True, is_rest=True)

    @property
    def button(self) -> str:
        """The name of its button."""
        if self.is_rest:
            return REST_OFFER
        return SAVING_OFFER if self.saves else TAPPED_OFFER


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark beside a field: a refusal, a question, how a value was read, or an offer.

    `unfinished`: the value may still be half typed.

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
    if REST_OFFER in data and _has_other_answer(data, _offered(data.get(REST_OFFER, ""))):
        del changed[REST_OFFER]
    buttons = [button for button in (TAPPED_OFFER, *SAVING_OFFERS) if button in changed]
    queries = [data.get(button, "") for button in buttons]
    if set(SAVING_OFFERS).intersection(buttons):
        queries += data.getlist(TAKEN_ALONG)[:MOST_TAKEN_ALONG]
    for query in queries:
        offered = _offered(query)
        if REST_OFFER in data and _has_other_answer(data, offered):
            continue
        for name, values in offered.items():
            if name in names:
                changed.setlist(name, values)
    return changed


def _has_other_answer(data: QueryDict, offered: Mapping[str, list[str]]) -> bool:
    """Whether a field of the offer holds something else than what is offered."""
    entered = {name: [value for value in data.getlist(name) if value] for name in offered}
    return any(values and values != offered[name] for name, values in entered.items())


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
