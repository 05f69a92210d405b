"""The rules as a page for a clinician to sign: every criterion, option and local decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from grading.decisions.step_choices import StepChoices, listed_choices
from grading.engine.system import CourseSystem, System
from grading.guidelines.line import Line
from grading.guidelines.situation.steroid_equivalents import equivalents_in_words
from grading.guidelines.step import LINES, numbers_in_words
from grading.local_rules import LocalRules, decisions
from grading.rules.signs.printed_grades import PRINTED_BY, PRINTED_GRADES
from grading.rules.systems import COURSE_SYSTEMS, SYSTEMS, rules_version
from grading.site_rules import SiteRules
from grading.sources import CONFIDENCE, Source
from grading.table.sections import LIMITS
from grading.vocabulary import ANALYTES, Limits

AS_PRINTED_HERE = SiteRules()
HEAD = """# Rules

Written by `python manage.py print_rules`; a test fails when this page is stale.
Every line names its source and how far that place was checked:
"""


def printed(site: SiteRules = AS_PRINTED_HERE) -> str:
    """The whole page as Markdown."""
    local = site.local
    marks = [f"- **{mark}** {meaning}" for mark, meaning in CONFIDENCE.items()]
    parts = [
        HEAD.strip(),
        "\n".join(marks),
        f"Rules version: `{rules_version(local)}`",
        *(_system(system) for system in SYSTEMS.values()),
        *(_course_system(system) for system in COURSE_SYSTEMS.values()),
        _graded_by_physicians(),
        _options(site),
        _choices(site.choices),
        _decisions(local),
        _limits(),
        _units(),
    ]
    return "\n\n".join(parts) + "\n"


def markdown_table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _system(system: System) -> str:
    criteria = markdown_table(
        ("Grade", "Domain", "Criterion", "Code", "Source", "Checked"),
        (
            (
                criterion.grade,
                str(criterion.domain),
                criterion.wording,
                f"`{criterion.code}`",
                criterion.source,
                criterion.source.confidence,
            )
            for criterion in sorted(system.criteria, key=lambda item: item.grade)
        ),
    )
    return f"## {system.label}: `{system.key}`\n\n{criteria}\n\n{_notes(system.footnotes)}".rstrip()


def _course_system(system: CourseSystem) -> str:
    head, *rows = system.table
    whence = f"{system.source} ({system.source.confidence})"
    parts = [f"## {system.label}: `{system.key}`", whence, markdown_table(head, rows)]
    return "\n\n".join([*parts, _notes(system.footnotes)]).rstrip()


def _notes(footnotes: tuple[tuple[str, Source], ...]) -> str:
    return "\n".join(f"- {text} ({source}; {source.confidence})" for text, source in footnotes)


def _graded_by_physicians() -> str:
    """What is printed for the events that a physician grades by an edition of CTCAE."""
    head = ("Event", *(f"Grade {grade}" for grade in range(1, 6)))
    rows = ((kind.label, *texts) for kind, texts in PRINTED_GRADES.items())
    whence = f"{PRINTED_BY} ({PRINTED_BY.confidence})"
    return f"## Graded by a physician\n\n{whence}\n\n{markdown_table(head, rows)}"


def _options(site: SiteRules) -> str:
    rows = (
        (
            line.toxicity.label,
            line.stands,
            "<br>".join(texts_of(line, site)),
            f"`{line.code}`",
            line.kind.label,
            line.guideline.label,
            line.source,
            line.source.confidence,
        )
        for line in LINES
    )
    head = ("Toxicity", "Stands", "Option", "Code", "Kind", "Guideline", "Source", "Checked")
    return f"## Management options\n\nOptions, never orders.\n\n{markdown_table(head, rows)}"


def texts_of(line: Line, site: SiteRules) -> tuple[str, ...]:
    """A line in the words and with the choices of a site, and what it says beside a child."""
    shown = numbers_in_words(site.local, site.choices)
    text = site.words.get(line.code, line.text).format_map(shown)
    if not line.text_for_child:
        return (text,)
    return text, f"Child: {line.text_for_child.format_map(shown)}"


def _choices(choices: StepChoices) -> str:
    rows = (
        (f"`{item['name']}`", f"`{item['value']}`", item["place"], item["reason"], bound_of(item))
        for item in listed_choices(choices)
    )
    head = ("Choice", "Value", "Where", "Reason", "A site")
    return (
        "## Doses, hours and limits of the options\n\n"
        f"What stands in their texts.\n\n{markdown_table(head, rows)}\n\n{equivalents_in_words()}"
    )


def bound_of(item: Mapping[str, Any]) -> str:
    """In which direction a site can change a choice or a decision."""
    if item["ceiling"]:
        return "can lower it"
    return "can raise it" if item["floor"] else "can change it"


def _decisions(local: LocalRules) -> str:
    rows = (
        (
            f"`{item['name']}`",
            f"`{item['value']}`",
            item["place"],
            item["reason"],
            item["instead"],
            bound_of(item),
        )
        for item in decisions(local)
    )
    head = ("Decision", "Value", "Where", "Reason", "Instead", "A site")
    return f"## Local rules\n\nDecisions that no source makes.\n\n{markdown_table(head, rows)}"


def _limits() -> str:
    rows = (
        (f"`{name}`", limits.unit, printed_range(limits), _soft(limits), limits.why)
        for name, limits in LIMITS.items()
    )
    head = ("Measurement", "Unit", "Refused outside", "Asked about", "Why")
    return f"## Plausible values (D)\n\n{markdown_table(head, rows)}"


def _units() -> str:
    """The analytes with their factors to six digits; the exact ones stand in the vocabulary."""
    rows: list[tuple[str, ...]] = []
    for name, analyte in ANALYTES.items():
        converted = ", ".join(
            f"{unit} × {Decimal(f'{factor:.6g}'):f}"
            for unit, factor in analyte.factors.items()
            if factor != 1
        )
        limits = analyte.limits
        rows.append((f"`{name}`", analyte.unit, converted, printed_range(limits), _soft(limits)))
    head = ("Analyte", "Canonical unit", "Converted from", "Refused outside", "Asked about")
    return f"## Laboratory units and limits (D)\n\n{markdown_table(head, rows)}"


def printed_range(limits: Limits) -> str:
    return f"{limits.hard_low.normalize():f}–{limits.hard_high.normalize():f}"


def _soft(limits: Limits) -> str:
    below = [] if limits.soft_low is None else [f"< {limits.soft_low.normalize():f}"]
    above = [] if limits.soft_high is None else [f"> {limits.soft_high.normalize():f}"]
    return ", ".join(below + above) or "–"
