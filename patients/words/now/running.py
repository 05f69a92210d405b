"""The vasopressors and inotropes that run, in words: on board, headline and form."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from patients.words import wording


def drug_at_rate(agent: str, amount: Decimal | None, unit: str | None) -> str:
    """A drug with its rate where that is recorded: norepinephrine 0.05 mcg/kg/min."""
    name = wording.words(agent)
    return name if amount is None else f"{name} {wording.amount(amount, unit)}"


def running_in_words(
    running: list[dict[str, Any]], assessed_at: datetime | None, now: datetime, zone: ZoneInfo
) -> str:
    """What runs, with its rate and since when; what only a list names, with the time of the list.

    A drug that was started after this assessment may raise the grade soon, and is said to be so;
    a new rate of one that ran before is not.
    """
    older, newer = [], []
    for each in running:
        at, amount = datetime.fromisoformat(each["at"]), each.get("amount")
        drug = drug_at_rate(
            each["agent"], None if amount is None else Decimal(amount), each.get("unit")
        )
        time = wording.clock_or_weekday(at, now, zone)
        if each.get("listed"):
            older.append(f"{drug} by the list of {time}")
        elif assessed_at is not None and _started_at(each) <= assessed_at:
            older.append(f"{drug} since {time}")
        else:
            newer.append(f"{drug} running since {time}")
    after = f"{', '.join(newer)}, after the last assessment" if newer else ""
    return wording.listed([f"on {', '.join(older)}" if older else "", after])


def is_any_newer(running: list[dict[str, Any]], assessed_at: datetime | None) -> bool:
    """Whether a drug was started after this assessment."""
    return any(
        not each.get("listed") and (assessed_at is None or _started_at(each) > assessed_at)
        for each in running
    )


def _started_at(run: dict[str, Any]) -> datetime:
    """Since when the drug runs, at whatever rate."""
    return datetime.fromisoformat(run.get("started", run["at"]))
