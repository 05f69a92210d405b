"""The database itself keeps what was entered, whoever writes, and after every migration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction

from patients import door
from patients.models import (
    CLINICAL_MODELS,
    Adjudication,
    Assessment,
    Course,
    Dose,
    Event,
    GradeRecord,
    LabResult,
    StepMark,
    User,
    triggers,
)
from patients.models.guarded import unguarded
from tests.storing import AssessmentAt

KINDS = ("assessment", "labresult", "dose", "event", "adjudication", "stepmark")
HISTORIES = (
    "historicalpatient",
    "historicalcourse",
    "historicalproduct",
    "historicalproductindication",
    "historicalproductfact",
    "historicaltrialincidence",
    "historicalcellnote",
    "historicalmonitoringschedule",
    "historicalpreventiontrial",
    "historicalpreventionoutcome",
)
GUARDED_MODELS = [*CLINICAL_MODELS, GradeRecord]
REASON = "history_change_reason"
TEXT_OF = {"event": "note", "graderecord": "rules_version"}
ONCE = {field for groups in triggers.ONCE.values() for group in groups for field in group}


@pytest.fixture
def rows(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> dict[type[models.Model], Any]:
    """One row of each kind, as it came through the door, and a grade that stands."""
    at = course.infused_at + timedelta(hours=30)
    entered: list[Any] = [
        assessment_at(30),
        LabResult(collected_at=at, analyte="ferritin", value=800, unit="ng/mL"),
        Dose(given_at=at, agent="norepinephrine", amount=1, unit="mg", route="IV"),
        Event(happened_at=at, kind="icu_in"),
        StepMark(marked_at=at, code="culture", line_toxicity="crs", answer="done", text="Culture"),
    ]
    decided = Adjudication(decided_at=at, decision="refused", sign="fever", reason="no sepsis")
    door.enter(course, entered, by=nurse)
    door.enter(course, [decided], by=physician)
    entered.append(decided)
    by_model: dict[type[models.Model], Any] = {type(row): row for row in entered}
    return by_model | {GradeRecord: GradeRecord.objects.live().first()}


def refused(write: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
        write()


def another(field: models.Field[Any, Any], row: models.Model) -> Any:
    """An SQL value for the column that is not the one it has."""
    value = getattr(row, field.attname)
    kind = getattr(field, "target_field", field).get_internal_type()
    if kind == "JSONField":
        return '{"other": 1}'
    if kind == "BooleanField":
        return value is not True
    if kind == "DateTimeField":
        return datetime(2026, 4, 5, 10, 0, tzinfo=UTC)
    if kind == "DateField":
        return date(1901, 2, 3)
    if kind == "UUIDField":
        return "0" * 32
    if kind in {"CharField", "TextField"}:
        return "other"[: field.max_length]
    return 1 if value is None else value + 1


@pytest.mark.parametrize("model", GUARDED_MODELS)
def test_no_column_of_an_entry_can_be_changed(
    model: type[models.Model], rows: dict[Any, Any]
) -> None:
    row = rows[model]
    fields = [field for field in model._meta.concrete_fields if field.name not in ONCE]
    assert len(fields) > 8
    for field in fields:
        sql = f'UPDATE {model._meta.db_table} SET "{field.column}" = %s WHERE id = %s'
        with connection.cursor() as cursor:
            refused(lambda: cursor.execute(sql, [another(field, row), row.pk]))  # noqa: B023


@pytest.mark.parametrize("model", GUARDED_MODELS)
def test_no_entry_can_be_deleted(model: type[models.Model], rows: dict[Any, Any]) -> None:
    refused(lambda: unguarded(model).filter(pk=rows[model].pk)._raw_delete("default"))
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute(f"DELETE FROM {model._meta.db_table}"))


def test_no_table_of_entries_can_be_emptied_or_replaced(rows: dict[Any, Any]) -> None:
    whole = {
        "postgresql": "TRUNCATE patients_event CASCADE",
        "sqlite": "INSERT OR REPLACE INTO patients_event SELECT * FROM patients_event",
    }
    connection.check_constraints()  # none is left for the commit, which would refuse TRUNCATE
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute(whole[connection.vendor]))


@pytest.mark.parametrize("table", ["event", "graderecord", *HISTORIES])
def test_no_insert_that_meets_a_row_changes_it(table: str, rows: dict[Any, Any]) -> None:
    model = apps.get_model("patients", table)
    key, text = model._meta.pk.column, model._meta.get_field(TEXT_OF.get(table, REASON)).column
    sql = (
        f"INSERT INTO patients_{table} SELECT * FROM patients_{table} WHERE true "
        f"ON CONFLICT ({key}) DO UPDATE SET {text} = 'rewritten'"
    )
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute(sql))


@pytest.mark.parametrize("model", CLINICAL_MODELS)
def test_an_entry_is_struck_out_once(
    model: type[models.Model], rows: dict[Any, Any], physician: User
) -> None:
    door.strike_out(rows[model], by=physician, reason="wrong patient")

    stored = unguarded(model).filter(pk=rows[model].pk)
    later = stored.get().struck_out_at + timedelta(hours=1)
    refused(lambda: stored.update(struck_out_reason="another"))
    refused(lambda: stored.update(struck_out_at=later))
    refused(lambda: stored.update(struck_out_at=None, struck_out_by=None, struck_out_reason=""))


def test_striking_out_cannot_carry_another_change(rows: dict[Any, Any], nurse: User) -> None:
    at = rows[Event].happened_at
    struck = {"struck_out_at": at, "struck_out_by": nurse, "struck_out_reason": "typo"}
    refused(lambda: unguarded(Event).update(kind="death", **struck))
    unguarded(Event).update(**struck)


def test_a_dose_is_ended_once(rows: dict[Any, Any], nurse: User) -> None:
    end = rows[Dose].given_at + timedelta(hours=2)
    refused(lambda: unguarded(Dose).update(end_recorded_at=end))
    door.stop(rows[Dose], at=end, by=nurse)

    refused(lambda: unguarded(Dose).update(ended_at=end + timedelta(hours=1)))
    refused(lambda: unguarded(Dose).update(ended_at=None))
    door.strike_out(rows[Dose], by=nurse, reason="never given")


def test_a_grade_is_superseded_once_and_then_left_alone(rows: dict[Any, Any]) -> None:
    standing = unguarded(GradeRecord).filter(pk=rows[GradeRecord].pk)
    at = rows[GradeRecord].computed_at
    refused(lambda: standing.update(grade=4))
    refused(lambda: standing.update(superseded_at=at, grade=4))
    standing.update(superseded_at=at)

    refused(lambda: standing.update(superseded_at=None))
    refused(lambda: standing.update(superseded_at=at + timedelta(hours=1)))
    refused(lambda: standing.update(rules_version="another"))


# Histories, accounts and what they name


@pytest.mark.parametrize("name", HISTORIES)
def test_no_line_of_a_history_can_be_changed_or_deleted(name: str, rows: dict[Any, Any]) -> None:
    model = apps.get_model("patients", name)
    line = model._default_manager.first()
    assert line is not None
    with connection.cursor() as cursor:
        for field in model._meta.concrete_fields:
            sql = f'UPDATE {model._meta.db_table} SET "{field.column}" = %s WHERE history_id = %s'
            refused(lambda: cursor.execute(sql, [another(field, line), line.pk]))  # noqa: B023
        refused(lambda: cursor.execute(f"DELETE FROM {model._meta.db_table}"))


def test_every_history_is_kept() -> None:
    with_history = {
        model.__name__.lower()
        for model in apps.get_app_config("patients").get_models()
        if hasattr(model, "history_user")
    }
    assert with_history == set(HISTORIES)
    for name in HISTORIES:
        field: Any = apps.get_model("patients", name)._meta.get_field("history_user")
        assert field.remote_field.on_delete is models.PROTECT


@pytest.mark.parametrize("table", ["user", "ward", "patient", "course", "boardrow", "gradedigest"])
def test_nothing_that_an_entry_names_is_deleted_by_sql(table: str, rows: dict[Any, Any]) -> None:
    User.objects.create_user("never_did_anything")
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute(f"DELETE FROM patients_{table}"))
        newest = f"(SELECT max(id) FROM patients_{table})"
        refused(lambda: cursor.execute(f"DELETE FROM patients_{table} WHERE id = {newest}"))


def test_every_table_of_the_ward_is_kept_or_listed_here() -> None:
    may_lose_rows = {"Membership"}  # somebody leaves a ward; the log says so
    reference = {
        model.__name__
        for model in apps.get_app_config("patients").get_models()
        if model.__module__ in {"patients.models.products", "patients.models.prevention"}
    }
    every = {
        model.__name__
        for label in ("patients", "rounds")
        for model in apps.get_app_config(label).get_models()
    }
    assert every - may_lose_rows - reference == {
        name for name in (*triggers.ONCE, *triggers.NEVER_DELETED) if name not in reference
    }


# That they are there


def listed() -> set[str]:
    return set(triggers.installed(connection))


def all_triggers() -> set[str]:
    """Written out by table, not taken from the code that makes them."""
    kinds: tuple[str, ...] = (
        "update",
        "delete",
        "truncate" if connection.vendor == "postgresql" else "insert",
    )
    never_changed = (*KINDS, "handwriting", "graderecord", *HISTORIES)
    never_deleted = ("user", "ward", "patient", "course", "boardrow", "gradedigest")
    of_rounds = (
        "escalation",
        "escalationevent",
        "pause",
        "omission",
        "handovernote",
        "handover",
        "homecontact",
        "historicalroundsettings",
    )
    unchanging = {
        *(f"patients_{table}" for table in never_changed),
        *(f"rounds_{table}" for table in of_rounds),
    }
    may_change = {
        *(f"patients_{table}" for table in never_deleted),
        *(f"rounds_{table}" for table in ("roundsettings", "roundrow", "message")),
    }
    every = {f"cartox_keep_{table}_{kind}" for table in unchanging for kind in kinds}
    if connection.vendor == "postgresql":
        kinds = kinds[1:]
    return every | {f"cartox_keep_{table}_{kind}" for table in may_change for kind in kinds}


def test_every_kept_table_has_its_triggers(db: None) -> None:
    assert listed() == all_triggers() == triggers.expected(connection)


@pytest.mark.django_db(transaction=True)
def test_the_triggers_stand_again_after_a_table_is_rebuilt(rows: dict[Any, Any]) -> None:
    field = Event._meta.get_field("note")
    with connection.schema_editor() as editor:
        editor.alter_field(Event, field, field, strict=True)
        if connection.vendor == "sqlite":
            editor._remake_table(Event)
    call_command("migrate", verbosity=0)

    assert listed() == all_triggers()
    refused(lambda: unguarded(Event).update(kind="death"))


@pytest.mark.django_db(transaction=True)
def test_a_flush_by_hand_is_refused(rows: dict[Any, Any]) -> None:
    with pytest.raises(CommandError, match="flush"):
        call_command("flush", interactive=False, verbosity=0)
    assert Assessment.objects.count() == 1


def test_a_check_says_that_triggers_are_missing(db: None) -> None:
    assert warnings() == []
    with connection.cursor() as cursor:
        on = " ON patients_dose" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER cartox_keep_patients_dose_delete{on}")

    [warning] = warnings()
    assert "cartox_keep_patients_dose_delete" in warning
    triggers.make(connection)
    assert warnings() == []


def warnings() -> list[str]:
    messages = run_checks(tags=[Tags.database], databases=["default"])
    return [message.msg for message in messages if message.id == "patients.W001"]
