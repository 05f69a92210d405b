"""Made-up courses with a mistake or two in each, as JSON and as a table, and what is said of it.

`python -m tests.grading.documents.many_faults` writes anew what is said (see `test_as_graded.py`).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from grading.batch.grade_many import Wanted, courses_of_input, grade_batch
from grading.documents.course_csv import TABLE_COLUMNS
from grading.documents.course_writer import dump_document
from grading.documents.grades_writer import course_in
from grading.documents.reading.course_reader import CourseDocument
from grading.rules.systems import PRIMARY
from tests.grading.documents.table_rows import rows_of
from tests.grading.rules.many_courses import Dice, Fields, digest, document, without_options

AS_REFUSED = Path(__file__).parents[1] / "cases" / "as_refused.txt"
FAULTS, TABLES = 1_000, 200
BEDSIDE = tuple(PRIMARY)
ODD: tuple[Any, ...] = (
    None,
    "",
    "x",
    "yes",
    -1,
    0,
    1,
    2.5,
    999999,
    1e-9,
    True,
    [],
    ["x"],
    {},
    {"x": 1},
    "2026-13-01",
    "2026-01-05T10:00:00",
    "2031-01-05T10:00:00Z",
    "äb" * 90,
    "NA",
    "38.9",
    1e30,
)
Holder = dict | list
ODD_CELLS = (
    "x",
    "true",
    "-1",
    "2.5",
    "1e3",
    "none",
    "a b",
    "a=1",
    "=1",
    "999999",
    '"',
    "2026-13-01",
    "NA",
    "38,9",
)


def changed(dice: Dice, value: Any) -> Any:
    """The value with something in it put wrong, at any depth."""
    if isinstance(value, dict) and value and dice.is_so(0.97):
        key = dice.one(
            [
                key
                for key, item in value.items()
                for _ in range(4 if isinstance(item, Holder) else 1)
            ]
        )
        change = dice.one((*("within",) * 9, "without", "more", "misspelled"))
        if change == "within":
            return value | {key: changed(dice, value[key])}
        if change == "without":
            return {name: item for name, item in value.items() if name != key}
        if change == "misspelled":
            return {
                misspelled(dice, name) if name == key else name: item
                for name, item in value.items()
            }
        return value | {
            dice.one(("extra", "hour", "at", "class", "fever", "ice_total")): dice.one(ODD)
        }
    if isinstance(value, list) and value and dice.is_so(0.97):
        place = dice.one(range(len(value)))
        return [*value[:place], changed(dice, value[place]), *value[place + 1 :]]
    if isinstance(value, str) and dice.is_so(0.3):
        return misspelled(dice, value)
    if isinstance(value, int | float) and dice.is_so(0.5):
        return dice.one((value * 1000, -value, str(value), value + 0.5))
    return dice.one(ODD)


def misspelled(dice: Dice, word: str) -> str:
    """The word without one of its letters."""
    place = dice.one(range(max(1, len(word))))
    return word[:place] + word[place + 1 :]


def of_documents() -> Iterator[tuple[str, bytes]]:
    """JSON, alone and in lines, with a mistake or two."""
    for seed in range(FAULTS):
        dice = Dice(10_000 + seed)
        wrong = changed(dice, document(dice, seed))
        if dice.is_so(0.2):
            wrong = changed(dice, wrong)
        text = json.dumps(wrong)
        if dice.is_so(0.1):
            text = text[: dice.one(range(len(text)))]
        if dice.is_so(0.2):
            text = json.dumps(document(dice, seed + 1)) + "\n\n" + text
        elif dice.is_so(0.1):
            text = f"[{text}, {json.dumps(document(dice, seed + 1))}]"
        yield f"json-{seed}", text.encode()


def of_tables() -> Iterator[tuple[str, bytes]]:
    """Tables of two courses, mostly with one mistake."""
    for seed in range(TABLES):
        dice = Dice(20_000 + seed)
        rows = [row for number in (0, 1) for row in table_rows(dice, seed, number)]
        columns = [name for name in TABLE_COLUMNS if any(name in row for row in rows)]
        columns += [name for name in TABLE_COLUMNS if name not in columns and dice.is_so(0.05)]
        mistake = dice.one(
            ("cell", "cell", "cell", "cell", "column", "apart", "twice", "ragged", "none")
        )
        if mistake == "cell":
            dice.one(rows)[dice.one(columns)] = dice.one(ODD_CELLS)
        if mistake == "apart":
            rows.append(rows.pop(0))
        delimiter = dice.one((",", ",", ",", ";", "\t"))
        out = StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator=dice.one(("\n", "\r\n")))
        writer.writerow(
            [*columns, columns[0]]
            if mistake == "twice"
            else [*columns, "extra"]
            if mistake == "column"
            else columns
        )
        for row in rows:
            writer.writerow([row.get(name, "") for name in columns])
        text = out.getvalue()
        if mistake == "ragged":
            place = dice.one(range(len(text)))
            text = text[:place] + dice.one(('"', "\n", delimiter, "\x00")) + text[place:]
        yield f"table-{seed}", dice.one(("", "", "\ufeff")).encode() + text.encode()


def table_rows(dice: Dice, seed: int, number: int) -> list[dict[str, str]]:
    made = document(dice, seed)
    made["id"] = f"{made['id']}-{number}"
    return [{"id": made["id"], **row} for row in rows_of(made)]


def as_refused() -> list[str]:
    """A line for each input: the kind of its first mistake, its name, what is said of its courses.

    The lines are in order of the kind of mistake.
    """
    return sorted(" | ".join(answer) for answer in answers())


def answers() -> Iterator[tuple[str, str, str]]:
    """For each input the kind of its first mistake, its name, and what is said of its courses."""
    for name, raw in of_documents():
        courses = [course_in(piece) for piece in courses_of_input(BytesIO(raw))]
        of_courses = [course_fields(course) for course in courses]
        yield kind_of(of_courses), name, summary(of_courses)
    for name, raw in of_tables():
        pieces = list(courses_of_input(BytesIO(raw)))
        lines = grade_batch(Wanted(table=False, systems=BEDSIDE), pieces).text.splitlines()
        in_rows = grade_batch(Wanted(table=True, systems=BEDSIDE), pieces)
        rows = digest([in_rows.text, in_rows.read_bytes, in_rows.failed])
        of_courses = [without_options(json.loads(line)) for line in lines]
        yield kind_of(of_courses), name, f"{summary(of_courses)} | rows {rows}"


def kind_of(of_courses: list[Fields]) -> str:
    """The plain words of the first mistake, without values and lists of words."""
    error = next((answer["error"] for answer in of_courses if "error" in answer), None)
    if error is None:
        return "taken"
    reason = re.sub(r"^(line \d+: )?([\w.\[\]]+: )?", "", error)
    values = r'^".*?"(?= is )|"(\\.|[^"\\])*("|$)|[\[{].*?[\]}](?= |$)|^(true|null)|(?<=one of ).*'
    reason = re.sub(values, "", reason)
    return " ".join(re.findall(r"(?<!\S)[A-Za-z]+(?=[\s;:,]|$)", reason))


def course_fields(course: CourseDocument | Fields) -> Fields:
    return dump_document(course) if isinstance(course, CourseDocument) else course


def summary(answers: list[Fields]) -> str:
    """Of each course the mistakes and its line, or a digest of the rest."""
    shown = [
        f"{answer.get('id')} {answer.get('line', '')} {' ; '.join(answer['errors'])}"
        if "error" in answer
        else digest(answer)
        for answer in answers
    ]
    return " | ".join(item.replace("\n", "⏎").replace("\0", "␀") for item in shown)


if __name__ == "__main__":
    AS_REFUSED.write_text("".join(f"{line}\n" for line in as_refused()), encoding="utf-8")
