"""The rules page: every criterion, option and local decision with its source, from the code."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from grading.decisions.step_choices import listed_choices
from grading.engine.system import System
from grading.guidelines.line import Line, Toxicity
from grading.guidelines.situation.steroid_equivalents import equivalents_in_words
from grading.guidelines.step import LINES
from grading.local_rules import decisions
from grading.pages.rules_page import bound_of, texts_of
from grading.rules.signs.printed_grades import PRINTED_BY, PRINTED_GRADES
from grading.rules.systems import COURSE_SYSTEMS, SYSTEMS, rules_version
from grading.site_rules import WORDS, SiteDifference, SiteRules
from grading.sources import CONFIDENCE
from patients.models import Role
from patients.regrading.graded import rules_of_site
from patients.rights import IMPORT, RIGHTS, Right
from patients.words import change_words, wording


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Everything that a clinician signs off, as the code has it."""
    site = rules_of_site()
    local = site.local
    context = {
        "version": rules_version(local),
        "confidence": CONFIDENCE,
        "systems": [
            {
                "key": system.key,
                "label": system.label,
                "source": system.source,
                "criteria": sorted(system.criteria, key=lambda criterion: criterion.grade),
                "footnotes": system.footnotes,
            }
            for system in SYSTEMS.values()
        ],
        "of_course": COURSE_SYSTEMS.values(),
        "printed_by": PRINTED_BY,
        "by_physician": [(kind.label, texts) for kind, texts in PRINTED_GRADES.items()],
        "options": [
            {
                "name": toxicity.label,
                "lines": [_line(line, site) for line in LINES if line.toxicity == toxicity],
            }
            for toxicity in Toxicity
        ],
        "rights": [_right(right) for right in RIGHTS],
        "choices": [_decision(item) for item in listed_choices(site.choices)],
        "steroids": equivalents_in_words(),
        "decisions": [_decision(item) for item in decisions(local)],
        "differences": [_difference(each) for each in site.differences()],
    }
    return render(request, "reference/rules.html", context)


@require_GET
def rules_compare(request: HttpRequest) -> HttpResponse:
    """The scales of each toxicity beside each other, as printed: a row for each grade."""
    by_toxicity: dict[str, list[System]] = {}
    for system in SYSTEMS.values():
        by_toxicity.setdefault(system.toxicity, []).append(system)
    context = {
        "version": rules_version(rules_of_site().local),
        "confidence": CONFIDENCE,
        "tables": [_compared(systems) for systems in by_toxicity.values()],
    }
    return render(request, "reference/rules_compare.html", context)


def _compared(systems: list[System]) -> dict[str, Any]:
    """One table: for each grade what each system asks, its domains in the printed order."""
    highest = max(criterion.grade for system in systems for criterion in system.criteria)
    return {
        "name": systems[0].name,
        "toxicity": systems[0].toxicity,
        "systems": systems,
        "rows": [
            (grade, [_of_grade(system, grade) for system in systems])
            for grade in range(1, highest + 1)
        ],
    }


def _of_grade(system: System, grade: int) -> list[dict[str, Any]]:
    """The criteria of this grade, with what the text leaves open and a source of their own."""
    return [
        {
            "wording": criterion.wording,
            "domain": criterion.domain,
            "up_to": getattr(criterion, "up_to", None),
            "source": criterion.source,
        }
        for criterion in system.criteria
        if criterion.grade == grade
    ]


def _line(line: Line, site: SiteRules) -> dict[str, Any]:
    return {
        "code": line.code,
        "stands": line.stands,
        "texts": texts_of(line, site),
        "kind": line.kind.label,
        "guideline": line.guideline.label,
        "source": line.source,
    }


def _right(right: Right) -> dict[str, str]:
    """One line of the table of rights, with its roles and its fields in words."""
    everybody = {role.value: str(role.label).lower() for role in Role} | {IMPORT: "import"}
    return {
        "what": right.what,
        "who": ", ".join(words for role, words in everybody.items() if role in right.roles)
        or "nobody",
        "where": right.condition,
        "fields": ", ".join(sorted(change_words.label(name) for name in right.fields)),
    }


def _decision(item: dict[str, Any]) -> dict[str, Any]:
    """A local decision or a choice with its name and value in words, and what a site can do."""
    words, value = item["name"].replace("_", " "), _in_words(item["value"])
    return item | {"words": words, "value": value, "bound": bound_of(item)}


def _difference(difference: SiteDifference) -> dict[str, str]:
    """One thing in which the site differs, beside what is printed here."""
    if difference.table == WORDS:
        return {"name": difference.name, "ours": difference.ours, "of_site": difference.of_site}
    return {
        "name": difference.name.replace("_", " "),
        "ours": _in_words(difference.ours),
        "of_site": _in_words(difference.of_site),
    }


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return wording.words(value) if isinstance(value, str) else str(value)
