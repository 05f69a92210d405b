"""What the pages say of one system of a course: its badge, its words, the signs put aside."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import Any

from grading.documents.course_writer import dump_document
from grading.documents.grades_writer import grades_document
from grading.documents.reading.course_reader import CourseDocument, parse_document
from grading.documents.reading.json_reader import load_json
from grading.local_rules import DEFAULT
from grading.rules.systems import PRIMARY
from grading.table.fields import Each
from grading.table.findings import OBSERVATION
from patients.entry.finding_fields import INPUTS
from tests.patients.situations.courses import NAMES

ONLY_SCREEN = re.compile(r"<(\w+)[^>]*class=\"[^\"]*only-screen[^\"]*\"[^>]*>.*?</\1>", re.DOTALL)
TIME = re.compile(r"\d{1,2} [A-Z][a-z]{2} (?=\d\d:\d\d)")


@dataclass(frozen=True)
class Words:
    """One place of a page: the sentence of its badge, and all its text without dates."""

    badge: str
    text: str


def text_of(markup: str) -> str:
    """The text of some markup in one line, dates before a time left out."""
    without_tags = re.sub(r"<[^>]+>", " ", markup)
    return TIME.sub("", " ".join(html.unescape(without_tags).replace("\xa0", " ").split()))


def words_of(markup: str, name: str) -> Words:
    """The text of some markup with the badge of the system of this name."""
    labels = re.findall(r"badge__word.*?visually-hidden\">([^<]*)<", markup, re.DOTALL)
    badges = [html.unescape(label) for label in labels if label.startswith(f"{name} ")]
    return Words(badges[0] if badges else "", text_of(markup))


def on_preview(page: str, key: str) -> Words:
    opened = page.partition(f'aria-labelledby="preview-{key}"')[2]
    return words_of(opened.partition("</section>")[0], NAMES[key])


def on_board(page: str, uid: Any, key: str) -> Words:
    line = page.partition(f'id="line-{uid}"')[2].partition("</tr>")[0]
    return words_of(line, NAMES[key])


def on_chart(page: str, key: str) -> dict[str, Words]:
    """The headline as it stands there, opened by "why", and printed."""
    article = page.partition(f'id="headline-{key}"')[2].partition("</article>")[0]
    shown, _, why = article.partition("<details")
    summary, _, opened = why.partition("</summary>")
    printed = ONLY_SCREEN.sub("", shown + "<details" + summary)
    return {
        "headline": words_of(shown + "<details" + summary, NAMES[key]),
        "why": Words(words_of(shown, NAMES[key]).badge, text_of("<details" + summary + opened)),
        "print": words_of(printed, NAMES[key]),
    }


def graded_document(document: CourseDocument) -> dict[str, Any]:
    """The grades document of a course that was written and read again."""
    again = parse_document(load_json(json.dumps(dump_document(document))))
    return grades_document(again, DEFAULT, PRIMARY)


def form_of(findings: dict[str, Any]) -> dict[str, Any]:
    """What a browser sends where these findings are tapped and typed."""
    sent: dict[str, Any] = {}
    for name, value in findings.items():
        inputs = INPUTS[name]
        if isinstance(OBSERVATION[name].kind, Each):
            sent |= {inputs[key]: str(one) for key, one in value.items()}
        else:
            sent[inputs[""]] = _typed(value)
    return sent


def _typed(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return value or "none"
    return str(value)


def label_of(grade: str, key: str, *, is_reassessed: bool) -> str:
    """The sentence of a badge for a grade as the table has it: 3, >=2, rev 2, null."""
    name, edition = NAMES[key], "(ASTCT 2019)"
    older = "" if is_reassessed else ", not reassessed"
    bare = grade.replace("rev ", "").replace(">=", "")
    if grade == "null":
        return f"{name} not gradable {edition}"
    if grade.startswith("rev"):
        bound = "≥" if ">=" in grade else ""
        return f"{name} needs review, would be grade {bound}{bare} {edition}{older}"
    at_least = "at least " if ">=" in grade else ""
    return f"{name} {at_least}grade {bare} {edition}{older}"


def as_in_table(result: dict[str, Any]) -> str:
    """A grade of a grades document as the table has it."""
    number = result["would_be"] if result["review"] else result["grade"]
    text = f"{'>=' if result['at_least'] else ''}{'null' if number is None else number}"
    return f"rev {text}" if result["review"] else text
