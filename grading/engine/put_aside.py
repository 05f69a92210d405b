"""A sign that is put down to another cause, behind a grade that is lower for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from grading.record import hours_of


@dataclass(frozen=True, slots=True)
class PutAside:
    """One sign put down to another cause, with the entry or decision that does so.

    `cause` is None where nobody named one; `confirmed` is true where a physician entered or
    confirmed it; `elapsed` and `uid` are those of the entry or of the physician's decision.
    """

    sign: str
    cause: str | None = None
    confirmed: bool = False
    elapsed: timedelta = timedelta(0)
    uid: str = ""

    def facts(self) -> dict[str, Any]:
        """This as plain JSON values, the form in which it is stored."""
        cause = None if self.cause is None else str(self.cause)
        about = {"sign": str(self.sign), "cause": cause, "confirmed": self.confirmed}
        return {**about, "hour": hours_of(self.elapsed), "uid": self.uid}

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> PutAside:
        """The inverse of `facts`."""
        elapsed = timedelta(hours=facts["hour"])
        return cls(facts["sign"], facts["cause"], facts["confirmed"], elapsed, facts["uid"])
