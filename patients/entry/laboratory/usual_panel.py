"""What a ward usually reports: which analytes stand open on the form, and in which unit each comes.

A ward sets both (`CARTOX_USUAL_PANEL`). Where it has set nothing, no unit is chosen in advance,
except where every unit of an analyte is the same by another name, as of INR or sodium.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.conf import settings
from django.utils.module_loading import import_string

from grading.laboratory.analytes import ANALYTES
from patients.models import Course

logger = logging.getLogger(__name__)

STAND_OPEN = ("crp", "ferritin", "ldh", "platelets", "anc")
"""Analytes that stand open on the form of a ward that has set nothing; the others are in a fold."""


def only_unit(analyte: str) -> str:
    """The unit of an analyte whose listed units are all the same by another name; else empty."""
    defined = ANALYTES[analyte]
    return defined.unit if set(defined.factors.values()) == {1} else ""


@dataclass(frozen=True, slots=True)
class UsualPanel:
    """The analytes that stand open, in the order of the table, and the usual unit of each."""

    stands_open: tuple[str, ...] = STAND_OPEN
    units: Mapping[str, str] = field(default_factory=dict)

    def unit_of(self, analyte: str) -> str:
        """The unit that is chosen in advance; empty where the form asks for it."""
        return self.units.get(analyte, "") or only_unit(analyte)

    def to_json(self) -> dict[str, Any]:
        return {"open": list(self.stands_open), "units": dict(self.units)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what is stored; empty gives the defaults. ValueError in words for a nurse."""
        if stored == {}:
            return cls()
        is_whole = isinstance(stored, Mapping) and set(stored) == {"open", "units"}
        if not is_whole or not isinstance(stored["open"], list | tuple):
            raise ValueError("The usual panel is a list of laboratory values with their units.")
        stands_open, units = stored["open"], stored["units"]
        if not stands_open or not isinstance(units, Mapping):
            raise ValueError("At least one laboratory value stands open on the form.")
        for analyte in (*stands_open, *units):
            if not isinstance(analyte, str) or analyte not in ANALYTES:
                raise ValueError(f"The laboratory value {analyte} is not known.")
        for analyte, unit in units.items():
            if not isinstance(unit, str) or unit not in ANALYTES[analyte].factors:
                raise ValueError(f"{unit} is no unit of {ANALYTES[analyte].label}.")
        return cls(tuple(name for name in ANALYTES if name in stands_open), dict(units))


def usual_panel_of(course: Course) -> UsualPanel:
    """The usual panel of the ward; the defaults, with an error in the log, where reading fails."""
    try:
        panel: UsualPanel = import_string(settings.CARTOX_USUAL_PANEL)(course)
    except Exception:
        logger.exception("%s failed for course %s", settings.CARTOX_USUAL_PANEL, course.uid)
        return UsualPanel()
    return panel
