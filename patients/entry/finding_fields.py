"""The fields of the assessment form, made of the table of findings and placed by its parts."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, cast

from django.http import QueryDict

from grading.engine.result import to_json
from grading.table.fields import (
    Answer,
    Each,
    Field,
    Kind,
    Number,
    OneOf,
    Part,
    SomeOf,
    Text,
    Whole,
)
from grading.table.findings import OBSERVATION, OBSERVATIONS
from grading.table.not_done import VitalsNotDone
from grading.vocabulary import Limits, NotDone, Word
from patients.forms.buttons import RIGHT_OR_WRONG, buttons_of
from patients.forms.course_form import CourseForm
from patients.forms.fields import (
    ListField,
    MeasureField,
    NoteField,
    PointsField,
    ReasonField,
    TapField,
    TriStateField,
    temperature_offers,
)
from patients.forms.moments import MomentField
from patients.reading.bedside import Bedside

MOST_TAPPED = 5
"""A whole number up to this is tapped; a greater one is typed."""

SPECIAL: dict[str, dict[str, Any]] = {
    "temperature_c": {"offers_for": temperature_offers},
    "spo2_percent": {"fraction_from": "0.3"},
    "fio2_percent": {"fraction_from": "0.21"},
    "already_escalated": {"ask_not_assessed": False},
}
"""What a field has beside what its kind says."""

WITHOUT_LAST = frozenset(
    {
        "fever",
        "vitals_not_done",
        "positive_pressure_for",
        "attribution",
        "attribution_cause",
        "attribution_words",
        "ice",
        "ice_not_done",
        "capd_not_done",
        "other_neuro",
        "worried",
        "already_escalated",
        "place",
        "note",
    }
)
"""The findings whose last value does not stand beside their field."""

ITEM = "fields/item.html"
"""The template of one key: label and buttons in one line."""
WITHOUT_REMARKS = (ITEM, "fields/note.html")
"""The templates of fields that have no place for remarks."""


class RateField(MeasureField):
    """The rate of one vasopressor; the page shows it once that agent is tapped."""

    places = 6
    advice = "Check the unit."

    def __init__(self, agent: str, label: str, limits: Limits) -> None:
        super().__init__(f"rate_{agent}", label, limits=limits)
        self.agent = agent
        self.template_name = "fields/rate.html"
        self.widget.attrs["placeholder"] = " "  # lets the style sheet see whether it is empty


INPUTS: dict[str, dict[str, str]] = {
    finding.name: (
        {key: f"{finding.kind.prefix}_{key}" for key in finding.kind.values}
        if isinstance(finding.kind, Each)
        else {"": finding.name}
    )
    for finding in OBSERVATIONS
    if finding.part is not None
}
"""The names of the inputs of each finding that the form asks: one, or one by each key."""
FINDINGS = {name: (finding, key) for finding, of in INPUTS.items() for key, name in of.items()}
"""The finding of each input, with its key."""


def fields_of(finding: Field) -> dict[str, Any]:
    """The fields of a finding, by the names of their inputs."""
    kind = finding.kind
    if not isinstance(kind, Each):
        return {finding.name: _field(finding.name, kind, finding.form_label, finding.hint)}
    fields: dict[str, Any] = {}
    for key, name in INPUTS[finding.name].items():
        label, value = kind.words(key).label, kind.values[key]
        label = label[0].upper() + label[1:]
        if finding.name == "vasopressor_rates" and isinstance(value, Number):
            fields[name] = RateField(key, label, value.limits)
        else:
            fields[name] = _field(name, value, label)
            if isinstance(fields[name], TapField):
                fields[name].template_name = ITEM
    return fields


def _field(name: str, kind: Kind, label: str, hint: str = "") -> Any:
    """The field for one value of this kind."""
    match kind:
        case Whole(limits) if limits.hard_high <= MOST_TAPPED:
            field: Any = PointsField(label, _points(limits))
        case Number(limits) | Whole(limits):
            field = MeasureField(name, label, limits=limits, **SPECIAL.get(name, {}))
        case Answer():
            field = TriStateField(label, **SPECIAL.get(name, {}))
        case OneOf(words) if words in (NotDone, VitalsNotDone):
            field = ReasonField(label, buttons_of(words))
        case OneOf(words):
            field = TapField(label, buttons_of(words))
        case SomeOf(words):
            field = ListField(label, buttons_of(words))
        case Text():
            field = NoteField(label)
        case _:
            raise TypeError(f"{name}: the form has no field for {kind}")
    field.help_text = hint
    return field


def _points(limits: Limits) -> list[tuple[str, str]]:
    """A button for each number; one point is right or wrong."""
    if limits.unit == "points" and limits.hard_high == 1:
        return RIGHT_OR_WRONG
    return [(str(number), str(number)) for number in range(int(limits.hard_high) + 1)]


@dataclass(slots=True)
class Block:
    """Fields that stand together on the page, with the hint below them.

    `layout` is the class of their grid, empty for one field alone.
    """

    layout: str
    fields: dict[str, Any]
    hint: str = ""


def _blocks(part: Part) -> list[Block]:
    """What stands in a part: its numbers in one grid, its answers in another, others alone.

    A grid stands where its first field does; the values by key come after all others.
    """
    blocks: dict[str, Block] = {}
    findings = [finding for finding in OBSERVATIONS if finding.part is part]
    for finding in sorted(findings, key=lambda finding: isinstance(finding.kind, Each)):
        for name, field in fields_of(finding).items():
            layout = _layout(finding.kind, field)
            block = blocks.setdefault(layout or name, Block(layout, {}))
            block.fields[name] = field
            if isinstance(finding.kind, Each):
                block.hint = finding.hint or block.hint
    return list(blocks.values())


def _layout(kind: Kind, field: Any) -> str:
    if isinstance(field, MeasureField):
        return "measures"
    if isinstance(kind, Each):
        return f"items items--{kind.prefix}"
    return "pair" if isinstance(kind, Answer) else ""


BLOCKS = {part: _blocks(part) for part in Part}
FIELDS = {
    name: field
    for blocks in BLOCKS.values()
    for block in blocks
    for name, field in block.fields.items()
}
"""Every field in the order of the page, made once; each form copies them."""


def names_in(*parts: Part) -> list[str]:
    """The names of the inputs of some parts of the form."""
    return [name for part in parts for block in BLOCKS[part] for name in block.fields]


class FindingsForm(CourseForm):
    """The findings of one moment. `row_values()` gives what was accepted of them."""

    observed_at = MomentField("Observed")

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, with_last: bool = True
    ) -> None:
        """`with_last` puts the last recorded values beside the fields."""
        super().__init__(data, bedside=bedside)
        self.initial["observed_at"] = bedside.now
        self.fields.update(deepcopy(FIELDS))
        if with_last:
            self._show_last()

    def _show_last(self) -> None:
        for finding in INPUTS.keys() - WITHOUT_LAST:
            for key, name in INPUTS[finding].items():
                vars(self.fields[name])["last"] = self.bedside.last(finding, key)

    def bedside_then(self) -> Bedside:
        """The patient as at the time that was entered: what came later was not known."""
        at = self.value("observed_at")
        if at is None or at >= self.now:
            return self.bedside
        return replace(self.bedside, now=at, so_far=self.bedside.record)

    def fill_in(self, row: Any) -> None:
        """Show a stored assessment as it is, to be corrected."""
        self.initial["observed_at"] = row.observed_at
        for finding in map(OBSERVATION.__getitem__, INPUTS):
            kind, stored = finding.kind, getattr(row, finding.name)
            if isinstance(kind, Each):
                for key, value in (stored or {}).items():
                    is_decimal = isinstance(kind.values[key], Number)
                    shown = Decimal(str(value)) if is_decimal else value
                    self.initial[f"{kind.prefix}_{key}"] = shown
            else:
                is_list = isinstance(kind, SomeOf)
                if isinstance(kind, OneOf) and stored is not None:
                    self._offer_too(finding.name, kind.words(stored))
                self.initial[finding.name] = ListField.as_tapped(stored) if is_list else stored

    def _offer_too(self, name: str, word: Word) -> None:
        """Offer the stored reason, where no form offers it any more."""
        field = self.fields[name]
        if isinstance(field, ReasonField) and not field.valid_value(word):
            field.choices = [*cast("Any", field.choices), (word.value, word.label)]

    @cached_property
    def parts(self) -> dict[str, list[dict[str, Any]]]:
        """What stands on the page, by the name of its part."""
        return {
            part.name: [
                {
                    "layout": block.layout,
                    "fields": [self[name] for name in block.fields],
                    "hint": block.hint,
                }
                for block in blocks
            ]
            for part, blocks in BLOCKS.items()
        }

    def uses(self, *parts: Part) -> bool:
        """Whether a part holds a value or a refusal, so that its fold has to stand open."""
        return self.is_used(*names_in(*parts))

    def entered(self, name: str) -> Any:
        """The accepted value of one finding, as a row holds it; None where there is none."""
        kind = OBSERVATION[name].kind
        if isinstance(kind, Each):
            values = {key: self.value(asked) for key, asked in INPUTS[name].items()}
            entered = {key: value for key, value in values.items() if value is not None}
            if name == "ice" and entered:
                return values  # the other items were not scored
            return to_json(entered) if entered else None
        value = self.value(name)
        return int(value) if isinstance(kind, Whole) and value is not None else value

    def row_values(self) -> dict[str, Any]:
        """The accepted values by the fields of an assessment; a refused one is None."""
        values = {name: self.value(name) for name in ("uid", "observed_at")}
        values |= {name: self.entered(name) for name in INPUTS}
        return values | {
            "attribution": values["attribution"] or {},
            "attribution_words": values["attribution_words"] or None,
            "note": values["note"] or "",
        }
