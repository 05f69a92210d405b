"""Migrations on data: what a ward entered survives each step, and its triggers stand again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from itertools import pairwise
from typing import Any

import pytest
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.urls import reverse

from patients import door
from patients.clock import now
from patients.door.regrade_all import regrade_courses
from patients.models import (
    Assessment,
    BoardRow,
    Course,
    Dose,
    Event,
    LabResult,
    Patient,
    User,
    Ward,
    triggers,
)
from patients.models.guarded import unguarded
from tests.cleaning import REFERENCE
from tests.conftest import INFUSED_AT
from tests.patients.models.test_triggers import all_triggers, listed
from tests.storing import AssessmentAt, stored

Rows = dict[int, dict[str, Any]]
NAMES = sorted(
    name for app, name in MigrationLoader(None).disk_migrations if app == "patients"
)  # they are numbered
STEPS = list(pairwise(NAMES))

pytestmark = pytest.mark.slow


def reference_rows() -> dict[str, int]:
    """The number of rows in each table of products and prevention trials."""
    counts = {}
    with connection.cursor() as cursor:
        for table in REFERENCE.intersection(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


def everything() -> dict[str, Rows]:
    """Every row that a ward entered, by table and primary key, as the database has it."""
    tables: dict[str, Rows] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("patients_") and table not in REFERENCE:
                cursor.execute(f'SELECT * FROM "{table}"')
                columns = [column[0] for column in cursor.description]
                rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
                key = "history_id" if "history_id" in columns else columns[0]
                tables[table] = {row[key]: row for row in rows}
    return tables


def in_common(ours: dict[str, Rows], theirs: dict[str, Rows]) -> dict[str, Rows]:
    """Our rows in the columns that both have; a table of one alone is left out."""
    shared: dict[str, Rows] = {}
    for table in ours.keys() & theirs.keys():
        columns = {name for row in theirs[table].values() for name in row}
        shared[table] = {
            key: {name: value for name, value in row.items() if not columns or name in columns}
            for key, row in ours[table].items()
        }
    return shared


def assert_same(ours: dict[str, Rows], theirs: dict[str, Rows]) -> None:
    assert in_common(ours, theirs) == in_common(theirs, ours)


def fill(apps: Apps, version: str) -> None:
    """A patient with one row of each kind, one of them struck out, one corrected."""
    model = {model.__name__: model for model in apps.get_app_config("patients").get_models()}
    ward = model["Ward"].objects.create(name=version, time_zone="Europe/Madrid")
    nurse = model["User"].objects.create(username=version, role="nurse")
    patient = model["Patient"].objects.create(
        mrn=version[:4], family_name="Doe", birth_date=date(1964, 3, 12)
    )
    course = model["Course"].objects.create(
        patient=patient, ward=ward, product="axicabtagene ciloleucel", infused_at=INFUSED_AT
    )
    at = INFUSED_AT + timedelta(hours=30)

    def enter(name: str, **facts: Any) -> Any:
        return model[name].objects.create(
            uid=uuid.uuid4(), course=course, recorded_by=nurse, recorded_at=at, **facts
        )

    wrong = enter("Assessment", observed_at=at, temperature_c="39.0", icp=[], vasopressors=None)
    enter("Assessment", observed_at=at, temperature_c="38.0", replaces=wrong, ice={"year": 0})
    enter("LabResult", collected_at=at, analyte="ferritin", value="800", unit="ng/mL")
    enter("Dose", given_at=at, ended_at=at, agent="norepinephrine", drug_class="vasopressor",
          end_recorded_at=at, end_recorded_by=nurse)  # fmt: skip
    enter("Event", happened_at=at, kind="icu_in", struck_out_at=at, struck_out_by=nurse,
          struck_out_reason="wrong patient")  # fmt: skip
    board = {"course": course, "version": 1, "updated_at": at}
    if any(field.name == "next_due_at" for field in model["BoardRow"]._meta.get_fields()):
        board["next_due_at"] = at  # until it was told at reading
    model["BoardRow"].objects.create(**board)


def assert_survived(entered: dict[str, Rows]) -> None:
    """Every row is there with the same values; rows of later versions may stand beside it.

    When a board row is due is told at reading today, so that the way back writes another time.
    """
    rows = everything()
    assert rows.keys() == entered.keys()
    for table, ours in entered.items():
        back = {key: dict(rows[table].get(key, {})) for key in ours}
        for key, row in ours.items():
            if "next_due_at" in row:
                back[key]["next_due_at"] = row["next_due_at"]
        assert back == ours, table


def test_rows_survive_each_migration_and_the_way_back_to_an_empty_ward(migrator: Any) -> None:
    """Each version leaves rows, so that a migration meets those of all versions before it."""
    state = migrator.apply_initial_migration(("patients", NAMES[0]))
    entered: dict[str, dict[str, Rows]] = {}
    for before, after in STEPS:
        fill(state.apps, before)
        entered[before] = everything()
        state = migrator.apply_tested_migration(("patients", after))
        assert_same(everything(), entered[before])
    assert sum(len(rows) for rows in entered[NAMES[0]].values()) >= 9

    for before in reversed(NAMES[:-1]):
        migrator.apply_tested_migration(("patients", before))
        assert_survived(entered[before])

    migrate_to("zero")
    assert everything() == {}
    assert listed() == set()
    call_command("migrate", verbosity=0)
    assert {table for table, rows in everything().items() if rows} == set()
    assert listed() == all_triggers()


# By the command that a ward runs, with what came through the door


@pytest.fixture
def left_at_the_latest(transactional_db: None) -> Iterator[None]:
    yield
    call_command("migrate", verbosity=0)


@pytest.fixture
def filled(
    left_at_the_latest: None, course: Course, nurse: User, assessment_at: AssessmentAt
) -> Course:
    """A course with a correction, a run that ended, a row struck out and one copied from it."""
    at = course.infused_at + timedelta(hours=30)
    wrong, run = (
        assessment_at(30, temperature_c="39.2"),
        Dose(given_at=at, agent="norepinephrine", amount=1),
    )
    ferritin = LabResult(collected_at=at, analyte="ferritin", value=800, unit="ng/mL")
    door.enter(course, [wrong, run, ferritin, Event(happened_at=at, kind="icu_in")], by=nurse)
    door.enter(course, [assessment_at(30, temperature_c="38.2", replaces=wrong)], by=nurse)
    door.stop(run, at=at + timedelta(hours=2), by=nurse)
    door.strike_out(ferritin, by=nurse, reason="hemolytic")
    copy = LabResult(collected_at=at, analyte="ferritin", value=700, unit="ng/mL")
    copy.copied_from = ferritin
    door.enter(course, [copy], by=nurse)
    return course


def migrate_to(name: str) -> None:
    call_command("migrate", "patients", name, verbosity=0)


def assert_kept() -> None:
    """The triggers of every table that this step has are listed, and they refuse."""
    tables = connection.introspection.table_names()
    assert listed() == {
        name
        for name in all_triggers()
        if name.removeprefix("cartox_keep_").rpartition("_")[0] in tables
    }
    for sql in ("UPDATE patients_assessment SET note = 'x'", "DELETE FROM patients_graderecord"):
        with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
            connection.cursor().execute(sql)


def assert_only_the_origin_of_the_copy_is_lost(entered: dict[str, Rows]) -> None:
    """The first version had no column for it."""
    [copy] = [row for row in entered["patients_labresult"].values() if row["copied_from_id"]]
    assert everything()["patients_labresult"][copy["id"]] == copy | {"copied_from_id": None}
    for table in ("patients_assessment", "patients_dose"):
        assert everything()[table] == entered[table]


def test_a_filled_ward_migrates_to_the_first_step_and_back_and_the_door_goes_on(
    filled: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    entered, loaded = everything(), reference_rows()
    assert min(rows for table, rows in loaded.items() if "_historical" not in table) > 0
    for name in reversed(NAMES[1:-1]):
        migrate_to(name)
        assert_same(everything(), entered)
        assert_kept()
        if name.startswith("0004"):
            assert set(reference_rows().values()) == {0}
    assert reference_rows() == {}
    of_the_second = everything()
    migrate_to(NAMES[0])
    oldest = everything()
    assert_same(oldest, of_the_second)
    assert_kept()
    migrate_to(NAMES[1])
    assert_only_the_origin_of_the_copy_is_lost(of_the_second)
    migrate_to(NAMES[-1])
    call_command("migrate", "rounds", verbosity=0)  # its tables went with those that they name
    assert_same(everything(), oldest)
    assert_kept()

    assert everything().keys() == entered.keys()
    assert reference_rows() == loaded
    [difference] = regrade_courses([filled.pk], at=now(), write=False)
    assert (difference.differences, difference.board_is_stale) == ([], True)
    list(regrade_courses([filled.pk], at=now(), write=True))
    assert list(regrade_courses([filled.pk], at=now(), write=False)) == []
    door.enter(filled, [assessment_at(40, temperature_c="39.5")], by=nurse)
    assert Assessment.objects.live().count() == 2
    assert list(regrade_courses([filled.pk], at=now(), write=False)) == []


# Times outside the calendar


def test_a_mistyped_year_of_before_survives_and_is_corrected_with_the_next_change(
    migrator: Any,
) -> None:
    old = migrator.apply_initial_migration(("patients", "0009_standings_of_closed_courses"))
    fill(old.apps, "0009")
    far = datetime(9999, 12, 31, 12, tzinfo=UTC)
    old.apps.get_model("patients", "Course").objects.update(infused_at=far)
    new = migrator.apply_tested_migration(("patients", "0010_times_within_the_calendar"))

    courses = new.apps.get_model("patients", "Course").objects
    assert courses.get().infused_at == far
    with pytest.raises(IntegrityError), transaction.atomic():
        courses.update(infused_at=far - timedelta(days=1))
    courses.update(bed="4", infused_at=INFUSED_AT)


# Board rows of closed courses


def complete_board_rows() -> None:
    """Run the step of migration 0009, on the tables as they are today."""
    migration = import_module("patients.migrations.0009_standings_of_closed_courses")
    state = MigrationLoader(connection).project_state()
    migration.complete(state.apps, None)


def without_board_rows() -> None:
    """As older versions left closed courses; the triggers would refuse it."""
    with triggers.lifted(connection):
        unguarded(BoardRow).all()._raw_delete("default")


def assert_regrade_only_adds_to_rows_of(courses: Iterable[Course]) -> None:
    """A regrade adds what later versions keep in a standing, and changes nothing else."""
    courses = list(courses)
    columns = ("signs", "steroid", "running", "last_assessed_at", "tocilizumab_given")
    before = {row.course_id: row for row in BoardRow.objects.filter(course__in=courses)}
    list(regrade_courses([course.pk for course in courses], at=now(), write=True))
    for row in BoardRow.objects.filter(course__in=courses):
        made = before[row.course_id]
        for key, standing in made.systems.items():
            assert standing == {name: row.systems[key][name] for name in standing}
        assert [getattr(made, name) for name in columns] == [getattr(row, name) for name in columns]


def test_a_graded_course_without_a_board_row_gets_the_row_that_regrade_completes(
    course: Course, ward: Ward, nurse: User, physician: User, assessment_at: AssessmentAt
) -> None:
    hypotension = {"temperature_c": "39.1", "hypotension": True, "vasopressors": []}
    alone = Assessment(observed_at=course.infused_at + timedelta(hours=44), ice_total=6)
    doses = [
        Dose(given_at=course.infused_at + timedelta(hours=hours), agent=agent, amount=amount)
        for hours, agent, amount in (
            (37, "tocilizumab", "560"),
            (45, "tocilizumab", "560"),
            (53, "tocilizumab", "560"),
            (46, "dexamethasone", "10"),
            (47, "norepinephrine", None),
        )
    ]
    rows = [
        assessment_at(30),
        assessment_at(36, **hypotension),
        assessment_at(40, heart_rate=90),
        alone,
        *doses,
    ]
    door.enter(course, rows, by=nurse)
    home: dict[str, Any] = {"closed_at": course.infused_at + timedelta(days=3)}
    home |= {"outcome": "discharged", "closing_reason": "home"}
    door.amend(course, by=physician, reason="home", changes=home)
    person = stored(Patient(mrn="00124", family_name="Roe"))
    other = stored(Course(patient=person, ward=ward, product="obe-cel", infused_at=INFUSED_AT))
    death = Event(happened_at=INFUSED_AT + timedelta(days=2), kind="death", attributed_to="crs")
    door.enter(other, [death], by=physician)
    without_board_rows()

    complete_board_rows()

    assert BoardRow.objects.get(course=other).standings["crs_astct_2019"].peak == 5
    assert BoardRow.objects.get(course=course).tocilizumab_given == 3
    assert_regrade_only_adds_to_rows_of([course, other])


def test_a_closed_course_that_was_never_graded_gets_a_row_too(
    course: Course, physician: User, physician_client: Client
) -> None:
    closed = {"closed_at": course.infused_at + timedelta(days=1), "outcome": "not_infused"}
    door.amend(course, by=physician, reason="not infused", changes=closed)
    without_board_rows()

    complete_board_rows()

    assert_regrade_only_adds_to_rows_of([course])
    assert physician_client.get(reverse("chart", args=[course.uid])).status_code == 200


def test_a_board_row_of_before_gets_the_onset(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(36, temperature_c="38.4")], by=nurse)
    row = BoardRow.objects.get(course=course)
    for standing in row.systems.values():
        del standing["onset"]
    unguarded(BoardRow).update(systems=row.systems)

    complete_board_rows()

    onset = BoardRow.objects.get(course=course).standings["crs_astct_2019"].onset
    assert onset == course.infused_at + timedelta(hours=36)
    assert list(regrade_courses([course.pk], at=now(), write=False)) == []
