"""The keys and words of a course document, as they stand in `docs/course-document.md`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from grading.agents import AGENT_TABLE, DrugClass
from grading.event_kinds import EVENT_DETAILS, GRADED_EVENTS, EventKind
from grading.kinds import ENTRY_KINDS
from grading.laboratory.analytes import ANALYTES, Analyte
from grading.pages.rules_page import markdown_table, printed_range
from grading.table import fields as table
from grading.table.fields import Field, Kind
from grading.table.sections import ENTRY_FIELDS, PARTS
from grading.vocabulary import Word

BEGIN = "<!-- From here on written by `manage.py print_rules`; a test fails when it is stale. -->"
END = "<!-- Up to here. -->"

PLAIN: dict[type[Kind], str] = {
    table.Amount: "number, not negative",
    table.Answer: "true or false",
    table.Anything: "anything",
    table.CalendarDate: "date, YYYY-MM-DD",
    table.Hours: "hours since the first infusion",
    table.Infusions: "list of hours or times",
    table.Integer: "whole number",
    table.Moment: "ISO 8601 time",
    table.Text: "text",
    table.Zone: "IANA name",
}


def with_keys_and_words(page: str) -> str:
    """The page with its tables written anew between the two marks."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{keys_and_words()}\n\n{END}{after}"


def keys_and_words() -> str:
    """All tables, as Markdown."""
    sections = {
        **{kind.section: ENTRY_FIELDS[kind] for kind in ENTRY_KINDS},
        **PARTS,
    }
    parts = [f"### `{name}`\n\n{_keys(fields)}" for name, fields in sections.items()]
    return "\n\n".join([*parts, _events(), _agents(), _analytes()])


def _keys(fields: tuple[Field, ...]) -> str:
    head = ("Key", "Meaning", "Value")
    first_with: dict[type[Word], str] = {}
    rows = []
    for field in fields:
        value = _value(field)
        if isinstance(field.kind, table.OneOf):
            first = first_with.setdefault(field.kind.words, field.name)
            value = value if first == field.name else f"as `{first}`"
        hint = f": {field.hint}" if field.hint and not isinstance(field.kind, table.Each) else ""
        rows.append((f"`{field.name}`", field.label + hint, value))
    return markdown_table(head, rows)


def _value(field: Field) -> str:
    match field.kind:
        case table.Each(values):
            keys_of: dict[str, list[str]] = {}
            for key, kind in values.items():
                keys_of.setdefault(_of_one(kind), []).append(f"`{key}`")
            return "<br>".join(f"{', '.join(keys)}: {value}" for value, keys in keys_of.items())
        case table.SomeOf(words):
            return f"list of: {_words(words)}"
        case table.Number() | table.Whole() | table.OneOf():
            return _of_one(field.kind)
        case table.Named():
            return f"[one of these](#{field.name}s)"
    return PLAIN[type(field.kind)]


def _of_one(kind: table.Number | table.Whole | table.OneOf) -> str:
    if isinstance(kind, table.OneOf):
        return _words(kind.words)
    return f"{printed_range(kind.limits)} {kind.limits.unit}"


def _words(words: Iterable[Word]) -> str:
    """Each word, with its label where that says more; those of one group together."""
    groups: dict[str, list[str]] = {}
    for word in words:
        is_plain = word.label.lower() == word.value.lower().replace("_", " ")
        label = "" if is_plain else f" ({word.label})"
        groups.setdefault(word.group, []).append(f"`{word.value}`{label}")
    return "<br>".join(
        (f"{group}: " if group else "") + ", ".join(listed) for group, listed in groups.items()
    )


def _events() -> str:
    head = ("Kind", "`detail`", "`grade`")
    rows = (
        (
            f"`{kind.value}`",
            ", ".join(f"`{detail}`" for detail in EVENT_DETAILS.get(kind, ())),
            "1–5" if kind in GRADED_EVENTS else "",
        )
        for kind in EventKind
        if kind in EVENT_DETAILS or kind in GRADED_EVENTS
    )
    return f"### Kinds of event with a detail or a grade\n\n{markdown_table(head, rows)}"


def _agents() -> str:
    def listed(drug_class: DrugClass) -> Iterator[str]:
        for agent in AGENT_TABLE:
            if agent.drug_class is drug_class:
                yield f"`{agent.name}`"

    rows = [(f"`{item.value}`", ", ".join(listed(item))) for item in DrugClass]
    table_of_names = markdown_table(("Class", "Agents"), rows)
    return f"### Agents\n\nTheir other names are in [drugs.md](drugs.md).\n\n{table_of_names}"


def _analytes() -> str:
    rows = (
        (f"`{name}`", "; ".join((analyte.label, *analyte.other_names)), _units(analyte))
        for name, analyte in ANALYTES.items()
    )
    return f"### Analytes\n\n{markdown_table(('Analyte', 'Other names', 'Units'), rows)}"


def _units(analyte: Analyte) -> str:
    """The units that are read, those that are equal together, with their factors."""
    spellings: dict[Decimal, list[str]] = {}
    for unit, factor in analyte.factors.items():
        spellings.setdefault(factor, []).append(unit)
    return "; ".join(
        " = ".join(units) + ("" if factor == 1 else f" × {Decimal(f'{factor:.6g}'):f}")
        for factor, units in spellings.items()
    )
