"""A dose, results and an event put right: the old row stays, once, with its grades shown first."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.models import Course, Dose, Event, LabResult, User
from tests.patients.entering import NOW, as_shown, page, posted
from tests.storing import AssessmentAt


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


PAGES = {Dose: "dose_correct", LabResult: "lab_correct", Event: "event_correct"}


def corrects(client: Client, row: Any, **values: Any) -> dict[str, Any]:
    """The form as it is shown for this row, with some values typed over."""
    answer = client.get(page(PAGES[type(row)], row.course, row_uid=row.uid))
    assert answer.status_code == 200
    return as_shown(answer) | values


def send(client: Client, row: Any, values: dict[str, Any]) -> Any:
    return client.post(page(PAGES[type(row)], row.course, row_uid=row.uid), values)


def with_effect(client: Client, row: Any, values: dict[str, Any]) -> Any:
    """Send a correction, with yes to what is asked, once more where its grades were shown first."""
    for _ in range(2):
        answer = send(client, row, values)
        shown = answer.content.decode()
        if answer.status_code == 422:
            asked = map(html.unescape, re.findall(r'name="confirm"[^>]* value="([^"]+)"', shown))
            answer = send(client, row, values := values | {"confirm": list(asked)})
            shown = answer.content.decode()
        values = values | {"effect": re.findall(r'name="effect" value="(\w+)"', shown)}
        if answer.status_code != 200:
            break
    return answer


@pytest.fixture
def given(course: Course, nurse: User) -> Dose:
    row = Dose(
        course=course,
        given_at=NOW - timedelta(hours=2),
        agent="tocilizumab",
        amount=Decimal(560),
        unit="mg",
        route="IV",
        brand="RoActemra",
        batch="B1234",
        note="left arm",
    )
    door.enter(course, [row], by=nurse)
    return row


@pytest.fixture
def run(course: Course, nurse: User) -> Dose:
    row = Dose(
        course=course,
        given_at=NOW - timedelta(hours=2),
        agent="norepinephrine",
        amount=Decimal("0.05"),
        unit="mcg/kg/min",
        route="IV",
    )
    door.enter(course, [row], by=nurse)
    return row


@pytest.fixture
def sample(course: Course, nurse: User) -> list[LabResult]:
    at = NOW - timedelta(hours=3)
    rows = [
        LabResult(course=course, collected_at=at, analyte=name, value=Decimal(value), unit=unit)
        for name, value, unit in (
            ("crp", "124", "mg/L"),
            ("ferritin", "17800", "ng/mL"),
            ("anc", "0.4", "10*9/L"),
        )
    ]
    door.enter(course, rows, by=nurse)
    return rows


def test_a_dose_is_corrected_and_the_one_before_stays_readable(
    nurse_client: Client, given: Dose
) -> None:
    values = corrects(nurse_client, given, amount="600")
    assert values["batch"] == "B1234"
    assert with_effect(nurse_client, given, values).status_code == 302
    new = Dose.objects.live().get()
    assert (new.amount, new.replaces, new.brand, new.note) == (600, given, "RoActemra", "left arm")
    chart = text(nurse_client.get(page("chart", given.course)))
    assert "corrected by Nina Nurse" in chart


def test_a_correction_sent_twice_is_stored_once(nurse_client: Client, given: Dose) -> None:
    values = corrects(nurse_client, given, amount="600")
    answers = [with_effect(nurse_client, given, values) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Dose.objects.filter(replaces=given).count() == 1


def test_a_correction_without_a_change_is_refused(
    nurse_client: Client, given: Dose, sample: list[LabResult], run: Dose
) -> None:
    for row in (given, run, sample[1]):
        answer = send(nurse_client, row, corrects(nurse_client, row))
        assert answer.status_code == 422
        assert "Nothing is changed yet." in text(answer)


def test_seconds_and_words_that_no_form_has_stay(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    odd = Dose(
        course=course,
        given_at=NOW - timedelta(hours=1, seconds=17),
        agent="oxytocin",
        drug_class="other",
        amount=3,
        unit="IU",
        route="intranasal",
    )
    door.enter(course, [odd], by=nurse)
    values = corrects(nurse_client, odd, amount="5")
    assert with_effect(nurse_client, odd, values).status_code == 302
    new = Dose.objects.live().get()
    assert new.facts() | {"amount": 3, "uid": odd.uid, "replaces": None} == odd.facts()


def test_only_what_was_changed_of_a_sample_is_replaced(
    nurse_client: Client, sample: list[LabResult]
) -> None:
    crp, ferritin, _ = sample
    values = corrects(nurse_client, ferritin, ferritin_value="> 1780")
    assert values["crp_value"] == "124"
    assert with_effect(nurse_client, ferritin, values).status_code == 302
    new = LabResult.objects.get(replaces__isnull=False)
    assert (new.replaces, new.value, new.comparator) == (ferritin, 1780, ">")
    assert crp.is_live()


def test_a_wrong_time_is_corrected_for_the_whole_sample(
    nurse_client: Client, sample: list[LabResult]
) -> None:
    values = corrects(nurse_client, sample[0], collected_at_time="05:10")
    assert with_effect(nurse_client, sample[0], values).status_code == 302
    assert {row.replaces_id for row in LabResult.objects.live()} == {row.pk for row in sample}


def test_a_result_is_not_corrected_away(nurse_client: Client, sample: list[LabResult]) -> None:
    answer = send(nurse_client, sample[0], corrects(nurse_client, sample[0], crp_value=""))
    assert answer.status_code == 422
    assert "It was 124 mg/L. A result that does not belong here is struck out." in text(answer)


@pytest.mark.parametrize("field", ["amount", "given_at_time"])
def test_the_grades_that_a_corrected_run_changes_are_shown_before_it_is_saved(
    field: str,
    nurse_client: Client,
    course: Course,
    nurse: User,
    run: Dose,
    assessment_at: AssessmentAt,
) -> None:
    """Without the run the low pressure of an hour ago is CRS 2."""
    low = assessment_at(
        67, temperature_c=Decimal("38.9"), hypotension=True, fluid_bolus=True, vasopressors=None
    )
    door.enter(course, [low], by=nurse)
    typed = {"amount": "0.06"} if field == "amount" else {"given_at_time": "06:25"}
    values = corrects(nurse_client, run, **typed)
    check = nurse_client.post(
        page("correction_check", course, kind="doses", row_uid=run.uid), values
    )
    if field == "amount":
        assert "No grade would change." in text(check)
        assert send(nurse_client, run, values).status_code == 302
        return
    assert "1 grade would change" in text(check)
    answer = send(nurse_client, run, values)
    assert answer.status_code == 200
    assert "Not saved yet: 1 grade would change" in text(answer)
    assert Dose.objects.live().get() == run
    assert with_effect(nurse_client, run, values).status_code == 302


def test_an_end_that_came_while_the_correction_was_typed_is_not_lost(
    nurse_client: Client, physician: User, run: Dose
) -> None:
    values = corrects(nurse_client, run, amount="0.08")
    door.stop(run, at=NOW, by=physician)
    answer = send(nurse_client, run, values)
    assert answer.status_code == 409
    shown = text(answer)
    assert "the end of norepinephrine changed meanwhile" in shown
    assert 'name="ended_at_time" value="06:40"' in shown

    taken = as_shown(answer) | {"fill": ""}
    again = as_shown(send(nurse_client, run, taken))
    assert with_effect(nurse_client, run, again).status_code == 302
    new = Dose.objects.live().get()
    assert (new.amount, new.ended_at, new.end_recorded_by) == (Decimal("0.08"), NOW, physician)


def test_an_end_recorded_by_mistake_is_taken_away(
    nurse_client: Client, nurse: User, run: Dose
) -> None:
    door.stop(run, at=NOW, by=nurse)
    values = corrects(nurse_client, run, ended_at_date="", ended_at_time="")
    assert with_effect(nurse_client, run, values).status_code == 302
    assert Dose.objects.live().get().ended_at is None


@pytest.fixture
def rates(run: Dose, course: Course, nurse: User) -> tuple[Dose, Dose]:
    """0.05 from 04:40, and 0.1 from 06:00 on."""
    new = Dose(
        course=course,
        given_at=NOW - timedelta(minutes=40),
        amount=Decimal("0.1"),
        unit="mcg/kg/min",
        route="IV",
    )
    door.change_rate(run, new, by=nurse)
    return run, new


def test_where_a_new_rate_began_earlier_the_rate_before_ended_then(
    nurse_client: Client, rates: tuple[Dose, Dose]
) -> None:
    before, after = rates
    values = corrects(nurse_client, after, given_at_time="05:30")
    for _ in range(2):  # sent again it is answered again
        assert with_effect(nurse_client, after, values).status_code == 302
    first, second = Dose.objects.live().order_by("given_at")
    assert (first.replaces, second.replaces) == (before, after)
    assert first.ended_at == second.given_at
    chart = text(nurse_client.get(page("chart", before.course)))
    assert "1 earlier rate, changed since" in chart


@pytest.mark.parametrize("which", [0, 1])
def test_a_corrected_rate_stays_one_of_its_run(
    which: int, nurse_client: Client, rates: tuple[Dose, Dose], nurse: User
) -> None:
    row = rates[which]
    assert with_effect(nurse_client, row, corrects(nurse_client, row, amount="0.07")).status_code
    assert "1 earlier rate, changed since" in text(nurse_client.get(page("chart", row.course)))
    first = Dose.objects.live().order_by("given_at")[0]
    values = posted(row.course, "ended_at", ended_at_time="06:35")
    answer = nurse_client.post(page("dose_stop", row.course, row_uid=first.uid), values)
    assert answer.status_code == 409
    assert "Nina Nurse changed the rate of this run to" in text(answer)


def test_an_earlier_rate_ends_where_the_next_begins(
    nurse_client: Client, rates: tuple[Dose, Dose]
) -> None:
    before, after = rates
    later = send(nurse_client, before, corrects(nurse_client, before, ended_at_time="05:50"))
    assert later.status_code == 422
    assert "It went on at 0.1 mcg/kg/min then." in text(later)
    early = send(nurse_client, after, corrects(nurse_client, after, given_at_time="04:30"))
    assert early.status_code == 422
    assert "The rate before began" in text(early)


@pytest.mark.parametrize("kind", ["dose", "lab", "event"])
def test_a_correction_of_what_was_corrected_meanwhile_shows_both(
    kind: str,
    nurse_client: Client,
    physician_client: Client,
    given: Dose,
    sample: list[LabResult],
    nurse: User,
) -> None:
    event = Event(course=given.course, happened_at=NOW - timedelta(hours=4), kind="icu_in")
    door.enter(given.course, [event], by=nurse)
    row: Any = {"dose": given, "lab": sample[0], "event": event}[kind]
    name = {"dose": "batch", "lab": "crp_value", "event": "note"}[kind]
    mine = corrects(nurse_client, row, **{name: "125"})
    theirs = corrects(physician_client, row, **{name: "126"})
    assert with_effect(physician_client, row, theirs).status_code == 302
    answer = send(nurse_client, row, mine)
    assert answer.status_code == 409
    assert "already been corrected by Paul Physician" in text(answer)
    assert "Take my values into a correction of it" in text(answer)

    newer = type(row).objects.live().get(replaces=row)
    taken = as_shown(send(nurse_client, newer, as_shown(answer) | {"fill": ""}))
    assert taken[name] == "125"
    assert with_effect(nurse_client, newer, taken).status_code == 302


def test_nothing_is_corrected_once_the_course_is_closed(
    nurse_client: Client, physician: User, given: Dose
) -> None:
    values = corrects(nurse_client, given, batch="B9")
    changes = {"closed_at": NOW, "outcome": "discharged", "closing_reason": "went home"}
    door.amend(given.course, by=physician, reason="home", changes=changes)
    answer = send(nurse_client, given, values)
    assert answer.status_code == 422
    assert "This course has been closed." in text(answer)
    assert (
        nurse_client.get(page("dose_correct", given.course, row_uid=given.uid)).status_code == 403
    )


def test_what_a_physician_graded_is_a_physicians_to_correct(
    nurse_client: Client, physician_client: Client, course: Course, physician: User
) -> None:
    event = Event(course=course, happened_at=NOW, kind="infection", detail="viral", grade=3)
    door.enter(course, [event], by=physician)
    address = page("event_correct", course, row_uid=event.uid)
    assert nurse_client.get(address).status_code == 403
    sent = posted(course, "happened_at", kind="infection", note="CMV")
    assert nurse_client.post(address, sent).status_code == 403
    values = corrects(physician_client, event, grade="4")
    assert send(physician_client, event, values).status_code == 302
    assert Event.objects.live().get().grade == 4


@pytest.mark.parametrize("kind", ["assessments", "labs", "doses", "events"])
def test_striking_out_shows_first_which_grades_it_changes(
    kind: str, nurse_client: Client, course: Course, physician: User, assessment_at: AssessmentAt
) -> None:
    """A run an hour before a low pressure; neutrophils of a day; an IEC-HS that was graded."""
    hour = timedelta(hours=1)
    rows: dict[str, Any] = {
        "doses": Dose(
            given_at=course.infused_at + 59 * hour,
            agent="norepinephrine",
            amount=4,
            unit="mcg/min",
        ),
        "assessments": assessment_at(
            60, temperature_c=Decimal("38.9"), hypotension=True, vasopressors=None
        ),
        "labs": LabResult(
            collected_at=course.infused_at + 48 * hour,
            analyte="anc",
            value=Decimal("0.05"),
            unit="10*9/L",
        ),
        "events": Event(happened_at=course.infused_at + 60 * hour, kind="iec_hs", grade=2),
    }
    door.enter(course, list(rows.values()), by=physician)
    address = page("strike_out", course, kind=kind, row_uid=rows[kind].uid)
    shown = text(nurse_client.get(address))
    wanted = {
        "doses": "<td>CRS</td><td>",
        "assessments": "<b>counts no more</b>",
        "labs": "The whole course",
        "events": "The whole course",
    }
    assert "would change" in shown
    assert wanted[kind] in shown
