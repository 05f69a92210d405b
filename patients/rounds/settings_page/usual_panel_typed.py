"""The usual laboratory panel on the page of settings: read, shown, and put into words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.http import QueryDict

from grading.laboratory.analytes import ANALYTES
from patients.entry.laboratory.usual_panel import UsualPanel, only_unit
from patients.words import wording

OPEN = "open"
"""The name of the boxes of what stands open on the laboratory form."""
ASKED = "asked"


def unit_name(analyte: str) -> str:
    """The name of the list with the usual unit of one analyte."""
    return f"unit-{analyte}"


@dataclass
class TypedPanel:
    """What was ticked and chosen, and the sentences about it."""

    sent: QueryDict
    problems: list[str] = field(default_factory=list)

    def read(self) -> bool:
        """Whether the panel can be stored."""
        if not set(self.sent.getlist(OPEN)) & set(ANALYTES):
            self.problems.append("Choose at least one value that stands open on the form.")
        for analyte, defined in ANALYTES.items():
            unit = self.sent.get(unit_name(analyte), "")
            if unit and unit not in defined.factors:
                self.problems.append(f"“{unit}” is no unit of {defined.label}. Choose one.")
        return not self.problems

    @property
    def panel(self) -> UsualPanel:
        """The panel, of what could be read."""
        ticked = self.sent.getlist(OPEN)
        units = {name: self.sent.get(unit_name(name), "") for name in ANALYTES}
        return UsualPanel(
            tuple(name for name in ANALYTES if name in ticked),
            {name: unit for name, unit in units.items() if unit in ANALYTES[name].factors},
        )

    def lines(self) -> list[PanelLine]:
        """One line for every analyte, with what was ticked and chosen."""
        ticked = self.sent.getlist(OPEN)
        return [
            PanelLine(
                analyte,
                ANALYTES[analyte].label,
                analyte in ticked,
                unit_name(analyte),
                list(_units(analyte, self.sent.get(unit_name(analyte), ""))),
            )
            for analyte in ANALYTES
        ]


@dataclass(frozen=True, slots=True)
class PanelLine:
    """One analyte: whether it stands open, and its units as (value, label, chosen)."""

    analyte: str
    label: str
    is_open: bool
    unit_name: str
    units: list[tuple[str, str, bool]]


def _units(analyte: str, chosen: str) -> Iterator[tuple[str, str, bool]]:
    one = only_unit(analyte)
    yield "", wording.unit_label(one) if one else ASKED, not chosen
    for unit in ANALYTES[analyte].factors:
        if unit != one:
            yield unit, wording.unit_label(unit), unit == chosen


def put_panel(sent: QueryDict, panel: UsualPanel) -> None:
    """Write a stored panel into what the page sends."""
    sent.setlist(OPEN, list(panel.stands_open))
    for analyte, unit in panel.units.items():
        sent[unit_name(analyte)] = unit


def panel_words(panel: UsualPanel) -> dict[str, str]:
    """The panel in words, by the name of each line."""
    stands_open = ", ".join(ANALYTES[name].in_sentence for name in panel.stands_open)
    units = {
        f"usual unit of {ANALYTES[name].in_sentence}": wording.unit_label(unit)
        for name, unit in panel.units.items()
    }
    return {"open on the laboratory form": stands_open, **units}
