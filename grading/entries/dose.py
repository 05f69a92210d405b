"""One dose of the record, or one run of a drug."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from grading.agents import AGENTS, CONTINUOUS, DrugClass, agent_named, is_rate


@dataclass(slots=True)
class Dose:
    """One dose of a drug, or one run to `ended`. A known drug gets its own name and class here."""

    elapsed: timedelta
    agent: str
    drug_class: str = ""
    amount: Decimal | None = None
    unit: str | None = None
    route: str | None = None
    ended: timedelta | None = None
    uid: str = ""
    note: str = ""
    brand: str | None = None
    batch: str | None = None

    def __post_init__(self) -> None:
        listed = agent_named(self.agent)
        if listed is not None:
            self.agent, self.drug_class = listed, AGENTS[listed].value
        elif not self.drug_class:
            self.drug_class = DrugClass.OTHER.value

    def is_run(self) -> bool:
        """Whether the drug is given over time: there is an end, a rate, or a class that runs.

        A vasopressor in a unit that is no rate, without an end, is no run; nor is a rate of 0.
        """
        if self.amount == 0 or self.ended is not None:
            return self.amount != 0
        if self.unit is None:
            return self.drug_class in CONTINUOUS
        return is_rate(self.unit)

    def runs_at(self, elapsed: timedelta) -> bool:
        """Whether a run is open at this moment, its end not included; else the moment itself."""
        if self.elapsed > elapsed or self.amount == 0:
            return False
        if self.ended is not None:
            return self.ended > elapsed
        return self.elapsed == elapsed or self.is_run()
