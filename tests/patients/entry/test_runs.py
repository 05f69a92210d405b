"""Runs from the chart: a start in two taps and the rate, a new rate, the end; and two at once."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.models import Course, Dose, Event, User
from tests.patients.entering import NOW, as_shown, page, posted
from tests.storing import AssessmentAt

PER_KG = {"unit": "mcg/kg/min", "route": "IV"}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def run(course: Course, nurse: User) -> Dose:
    """Norepinephrine at 0.05 mcg/kg/min since 05:40 on the ward."""
    given_at = NOW - timedelta(hours=1)
    started = Dose(given_at=given_at, agent="norepinephrine", amount=Decimal("0.05"), **PER_KG)
    door.enter(course, [started], by=nurse)
    return started


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def start(client: Client, course: Course, agent: str = "norepinephrine", **values: Any) -> Any:
    address = page("run_start", course, agent=agent)
    return client.post(address, posted(course, "given_at", **(PER_KG | values)))


def rate(client: Client, run: Dose, **values: Any) -> Any:
    address = page("run_rate", run.course, row_uid=run.uid)
    return client.post(address, posted(run.course, "given_at", **(PER_KG | values)))


def rows() -> list[tuple[str, str, bool]]:
    """Agent and amount of every dose, in the order of entry, and whether it has no end."""
    return [
        (row.agent, "" if row.amount is None else f"{row.amount.normalize():f}", not row.ended_at)
        for row in Dose.objects.order_by("pk")
    ]


# What the chart shows


def test_the_chart_names_what_runs_with_rate_and_time_before_all_doses(
    nurse_client: Client, course: Course, nurse: User, run: Dose
) -> None:
    others = [
        Dose(given_at=NOW, agent="dexamethasone", amount=Decimal(10), unit="mg", route="IV"),
        Dose(
            given_at=NOW, agent="midazolam", drug_class="sedative", amount=Decimal(3), unit="mg/h"
        ),
    ]
    door.enter(course, others, by=nurse)
    shown = text(nurse_client.get(page("chart", course)))
    doses = shown[shown.index('id="chart-doses"') :]
    running = doses[: doses.index("Given, newest first")]
    assert '<b>norepinephrine</b> <b class="run__rate">0.05 mcg/kg/min IV</b>' in running
    assert "since 08 Jan 05:40" in running
    assert running.index("norepinephrine") < running.index("midazolam")
    assert "dexamethasone" not in running
    assert page("run_rate", course, row_uid=run.uid) in running
    assert page("dose_stop", course, row_uid=run.uid) in running
    assert page("run_start", course, agent="vasopressin") in running
    assert page("run_start", course, agent="norepinephrine") not in running


def test_a_new_rate_is_shown_with_its_time_and_that_of_the_start(
    nurse_client: Client, course: Course, run: Dose
) -> None:
    assert rate(nurse_client, run, amount="0.08").status_code == 302
    shown = text(nurse_client.get(page("chart", course)))
    assert "0.08 mcg/kg/min IV</b>" in shown
    assert "since 08 Jan 06:30; runs since 08 Jan 05:40" in shown
    assert "until 08 Jan 06:30" in shown


def test_many_rates_of_one_drug_do_not_hide_the_other_doses(
    nurse_client: Client, course: Course, nurse: User, run: Dose
) -> None:
    """A rate that was changed stands in a fold of its own; a run that was stopped does not."""
    given_at = NOW - timedelta(hours=2)
    tocilizumab = Dose(given_at=given_at, agent="tocilizumab", amount=Decimal(576), unit="mg")
    stopped = Dose(given_at=given_at, agent="vasopressin", amount=Decimal("0.03"), unit="units/min")
    door.enter(course, [tocilizumab, stopped], by=nurse)
    door.stop(stopped, at=NOW, by=nurse)
    last = run
    for minute in range(14):
        new = Dose(given_at=run.given_at + timedelta(minutes=minute), **PER_KG)
        new.amount = Decimal(minute + 6) / 100
        door.change_rate(last, new, by=nurse)
        last = new
    shown = text(nurse_client.get(page("chart", course)))
    doses = shown[shown.index("Given, newest first") : shown.index('id="earlier-rates"')]
    fold = shown[shown.index('id="earlier-rates"') :]
    assert "14 earlier rates, changed since" in fold
    assert "0.18 mcg/kg/min IV" in fold
    assert "0.19 mcg/kg/min IV" in doses
    for agent in ("tocilizumab", "vasopressin"):
        assert f"<td>{agent}</td>" in doses
    assert "older-doses" not in doses


def test_what_stands_on_the_list_alone_can_be_recorded_as_a_run(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    listed = assessment_at(60, hypotension=True, vasopressors=["epinephrine", "other"])
    door.enter(course, [listed], by=nurse)
    shown = text(nurse_client.get(page("chart", course)))
    assert "on the list of 07 Jan 23:00, not in the dose record" in shown
    assert "record the run" in shown
    assert shown.count(page("run_start", course, agent="epinephrine")) == 1


@pytest.mark.parametrize("who", ["viewer_client", "nurse_client"])
def test_after_a_death_and_for_a_viewer_nothing_is_started(
    who: str, request: pytest.FixtureRequest, course: Course, physician: User, run: Dose
) -> None:
    if who == "nurse_client":
        door.enter(course, [Event(happened_at=NOW, kind="death")], by=physician)
    shown = text(request.getfixturevalue(who).get(page("chart", course)))
    assert "0.05 mcg/kg/min" in shown
    assert "/start/" not in shown
    assert ("stop/" in shown) == (who == "nurse_client")


# A start


@pytest.mark.parametrize(
    ("agent", "unit"),
    [
        ("norepinephrine", "mcg/kg/min"),
        ("vasopressin", "units/min"),
        ("epinephrine", "mcg/min"),
        ("dopamine", "mcg/kg/min"),
        ("terlipressin", None),
    ],
)
def test_unit_route_and_time_are_preset_and_the_rate_is_typed(
    nurse_client: Client, course: Course, agent: str, unit: str | None
) -> None:
    address = page("run_start", course, agent=agent)
    shown = nurse_client.get(address)
    form = as_shown(shown)
    assert form.get("unit", "") == (unit or "")
    assert (form["route"], form["given_at_time"]) == ("IV", "06:40")
    assert 'name="amount"' in text(shown)
    sent = form | {"amount": "0.05", "unit": unit or "mg/h"}
    assert nurse_client.post(address, sent).status_code == 302
    assert rows() == [(agent, "0.05", True)]


def test_the_unit_is_that_of_the_last_rate_of_this_patient(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    earlier = Dose(
        given_at=NOW - timedelta(hours=9),
        ended_at=NOW - timedelta(hours=8),
        agent="norepinephrine",
        amount=Decimal(4),
        unit="mcg/min",
    )
    door.enter(course, [earlier], by=nurse)
    shown = nurse_client.get(page("run_start", course, agent="norepinephrine"))
    assert as_shown(shown)["unit"] == "mcg/min"


@pytest.mark.parametrize(
    ("agent", "amount", "unit", "asked"),
    [
        ("norepinephrine", "1.3", "mcg/kg/min", ""),
        ("norepinephrine", "5", "mcg/kg/min", "5 mcg/kg/min, 360 mcg/min at this weight, is very"),
        ("norepinephrine", "100", "mcg/min", ""),
        ("norepinephrine", "100.1", "mcg/min", "100.1 mcg/min is very high"),
        ("vasopressin", "0.1", "units/min", ""),
        ("vasopressin", "2", "units/min", "2 units/min is very high for vasopressin"),
        ("milrinone", "50", "mcg/kg/min", ""),
        ("dopamine", "25", "mcg/kg/min", ""),
        ("dopamine", "26", "mcg/kg/min", "26 mcg/kg/min is very high for dopamine"),
        ("norepinephrine", "", "mcg/kg/min", "No rate is typed for norepinephrine."),
    ],
)
def test_a_rate_that_is_not_plausible_is_asked_about(
    nurse_client: Client, course: Course, agent: str, amount: str, unit: str, asked: str
) -> None:
    answer = start(nurse_client, course, agent, amount=amount, unit=unit)
    assert answer.status_code == (422 if asked else 302)
    assert asked in text(answer)
    if asked:
        about = f"amount={f'{amount} {unit}' if amount else 'unknown'}"
        again = start(nurse_client, course, agent, amount=amount, unit=unit, confirm=about)
        assert again.status_code == 302
    assert rows() == [(agent, amount, True)]


@pytest.mark.parametrize("form", ["run_start", "dose_new"])
@pytest.mark.parametrize(
    ("agent", "unit", "asked"),
    [
        ("vasopressin", "mcg/kg/min", "vasopressin is given in units/min. Check the unit."),
        ("norepinephrine", "units/min", "norepinephrine is given in mcg/min. Check the unit."),
        ("norepinephrine", "mg/h", ""),
        ("vasopressin", "units/min", ""),
    ],
)
def test_the_unit_of_another_drug_is_asked_about(
    form: str, nurse_client: Client, course: Course, agent: str, unit: str, asked: str
) -> None:
    more = {"agent": agent} if form == "run_start" else {}
    address, values = page(form, course, **more), {"agent": agent} if not more else {}
    sent = posted(course, "given_at", amount="0.03", unit=unit, route="IV", **values)
    answer = nurse_client.post(address, sent)
    assert answer.status_code == (422 if asked else 302)
    assert asked in text(answer)
    if asked:
        again = nurse_client.post(address, sent | {"confirm": f"unit={agent} {unit}"})
        assert again.status_code == 302


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({"amount": "0"}, "A rate of 0 is not running."),
        ({"amount": "0.05", "unit": ""}, "Choose the unit of 0.05."),
        ({"amount": "abc"}, "abc"),
        ({"amount": "0.05", "given_at_time": "07:40"}, "lies in the future"),
    ],
)
def test_a_start_that_is_incomplete_is_refused(
    nurse_client: Client, course: Course, values: dict[str, str], refused: str
) -> None:
    answer = start(nurse_client, course, **values)
    assert answer.status_code == 422
    assert refused in text(answer)
    assert rows() == []


@pytest.mark.parametrize("agent", ["paracetamol", "no_such_drug", "other"])
def test_only_a_drug_that_is_given_as_a_run_has_this_page(
    nurse_client: Client, course: Course, agent: str
) -> None:
    assert nurse_client.get(page("run_start", course, agent=agent)).status_code == 404


# The drug runs already


@pytest.mark.parametrize("form", ["run_start", "dose_new"])
def test_a_drug_that_runs_is_asked_about_and_may_run_from_a_second_pump(
    form: str, nurse_client: Client, course: Course, run: Dose
) -> None:
    more = {"agent": "norepinephrine"} if form == "run_start" else {}
    typed = {"another_agent": "Levophed"} if form == "dose_new" else {}
    address = page(form, course, **more)
    sent = posted(course, "given_at", amount="0.1", **PER_KG, **typed)
    answer = nurse_client.post(address, sent)
    assert answer.status_code == 422
    assert "norepinephrine runs already: 0.05 mcg/kg/min since 08 Jan 05:40." in text(answer)
    field = "agent" if typed else "amount"
    sent["confirm"] = f"{field}=norepinephrine beside {run.uid}"
    assert nurse_client.post(address, sent).status_code == 302
    assert nurse_client.post(address, sent).status_code == 302
    assert rows() == [("norepinephrine", "0.05", True), ("norepinephrine", "0.1", True)]


@pytest.mark.parametrize(
    "values", [{"amount": "100", "unit": "mcg"}, {"amount": "0.1", "ended_at_time": "06:35"}]
)
def test_a_bolus_or_a_run_of_the_past_is_not_asked_about(
    values: dict[str, str], nurse_client: Client, course: Course, run: Dose
) -> None:
    ended = {"ended_at_date": "2026-01-08"} if "ended_at_time" in values else {}
    sent = posted(course, "given_at", agent="norepinephrine", **(PER_KG | values | ended))
    assert nurse_client.post(page("dose_new", course), sent).status_code == 302


def test_a_start_that_somebody_else_was_quicker_with_shows_both_and_becomes_a_new_rate(
    nurse_client: Client, course: Course, physician: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other start arrives between the questions of the form and the lock."""
    started = Dose(given_at=NOW, agent="noradrenaline", amount=Decimal("0.05"), **PER_KG)
    start_run = door.start_run

    def after_another(*args: Any, **kwargs: Any) -> Any:
        door.enter(course, [started], by=physician)
        return start_run(*args, **kwargs)

    monkeypatch.setattr(door, "start_run", after_another)
    answer = start(nurse_client, course, amount="0.1", given_at_time="06:40")
    assert answer.status_code == 409
    shown = text(answer)
    assert "Not saved: noradrenaline runs already" in shown
    assert "Stored by Paul Physician" in shown
    assert "<td>0.05 mcg/kg/min IV</td><td>0.1 mcg/kg/min IV</td>" in shown
    assert "Take my values into a second pump beside it" in shown
    address = page("run_rate", course, row_uid=started.uid)
    assert f'action="{address}"' in shown
    taken = as_shown(nurse_client.post(address, as_shown(answer) | {"fill": ""}))
    assert (taken["amount"], taken["given_at_time"]) == ("0.1", "06:40")
    assert nurse_client.post(address, taken).status_code == 302
    assert [row[1:] for row in rows()] == [("0.05", False), ("0.1", True)]


# A new rate


def test_a_new_rate_is_preset_with_the_unit_that_runs_and_sent_twice_stored_once(
    nurse_client: Client, course: Course, run: Dose
) -> None:
    address = page("run_rate", course, row_uid=run.uid)
    shown = nurse_client.get(address)
    assert "Runs now: <b>norepinephrine 0.05 mcg/kg/min IV since 08 Jan 2026 05:40</b>" in text(
        shown
    )
    form = as_shown(shown) | {"amount": "0,08"}
    assert (form["unit"], form["route"]) == ("mcg/kg/min", "IV")
    for later in (0, 9):
        with time_machine.travel(NOW + timedelta(minutes=later), tick=False):
            assert nurse_client.post(address, form).status_code == 302
    assert rows() == [("norepinephrine", "0.05", False), ("norepinephrine", "0.08", True)]
    other = nurse_client.post(address, form | {"amount": "0.09"})
    assert other.status_code == 409
    assert "This form was already saved, with other values." in text(other)


@pytest.mark.parametrize(
    ("amount", "asked"),
    [("0.06", ""), ("0.499", ""), ("0.5", "ten times"), ("0.0051", ""), ("0.005", "ten times")],
)
def test_ten_times_the_rate_or_a_tenth_of_it_is_asked_about(
    nurse_client: Client, run: Dose, amount: str, asked: str
) -> None:
    answer = rate(nurse_client, run, amount=amount)
    assert answer.status_code == (422 if asked else 302)
    if asked:
        assert asked in text(answer)
        again = rate(nurse_client, run, amount=amount, confirm=f"amount={amount} after 0.05")
        assert again.status_code == 302


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({"amount": ""}, "Type the new rate."),
        ({"amount": "0.05"}, "is the rate that runs already"),
        ({"amount": "0.08", "given_at_time": "05:39"}, "began 08 Jan 2026 05:40, which is later"),
        ({"amount": "0.08", "unit": ""}, "Choose the unit of 0.08."),
    ],
)
def test_a_new_rate_that_cannot_be_is_refused(
    nurse_client: Client, run: Dose, values: dict[str, str], refused: str
) -> None:
    answer = rate(nurse_client, run, **values)
    assert answer.status_code == 422
    assert refused in text(answer)
    assert rows() == [("norepinephrine", "0.05", True)]


def test_a_new_rate_of_0_is_asked_about_and_ends_the_run(nurse_client: Client, run: Dose) -> None:
    answer = rate(nurse_client, run, amount="0")
    assert answer.status_code == 422
    assert "A rate of 0 is the end: norepinephrine no longer runs." in text(answer)
    assert rate(nurse_client, run, amount="0", confirm="amount=0").status_code == 302
    assert rows() == [("norepinephrine", "0.05", False)]


def test_a_rate_changed_by_two_shows_both_and_takes_the_second_over(
    nurse_client: Client, physician_client: Client, course: Course, run: Dose
) -> None:
    rate(physician_client, run, amount="0.08")
    answer = rate(nurse_client, run, amount="0.1", given_at_time="06:35")
    assert answer.status_code == 409
    shown = text(answer)
    assert "Paul Physician changed the rate of this run to 0.08 mcg/kg/min" in shown
    assert "<td>0.08 mcg/kg/min IV</td><td>0.1 mcg/kg/min IV</td>" in shown
    assert "<td>08 Jan 2026 06:30</td><td>08 Jan 2026 06:35</td>" in shown
    assert "a second pump" not in shown
    newer = Dose.objects.latest("pk")
    address = page("run_rate", course, row_uid=newer.uid)
    taken = as_shown(nurse_client.post(address, as_shown(answer) | {"fill": ""}))
    assert nurse_client.post(address, taken).status_code == 302
    assert [row[1:] for row in rows()] == [("0.05", False), ("0.08", False), ("0.1", True)]


def test_a_new_rate_of_a_run_that_somebody_stopped_shows_both_and_becomes_a_start(
    nurse_client: Client, course: Course, physician: User, run: Dose
) -> None:
    door.stop(run, at=NOW, by=physician)
    answer = rate(nurse_client, run, amount="0.1")
    assert answer.status_code == 409
    shown = text(answer)
    assert "Not saved: norepinephrine was stopped" in shown
    assert "Stored by Paul Physician" in shown
    assert "<td>08 Jan 2026 06:40</td><td>runs now</td>" in shown
    address = page("run_start", course, agent="norepinephrine")
    taken = as_shown(nurse_client.post(address, as_shown(answer) | {"fill": ""}))
    assert nurse_client.post(address, taken).status_code == 302
    assert [row[1:] for row in rows()] == [("0.05", False), ("0.1", True)]


# An end


def test_whoever_stops_a_run_whose_rate_was_changed_is_told_what_runs_on(
    nurse_client: Client, physician_client: Client, course: Course, run: Dose
) -> None:
    rate(physician_client, run, amount="0.08")
    stop = page("dose_stop", course, row_uid=run.uid)
    answer = nurse_client.post(stop, posted(course, "ended_at", ended_at_time="06:35"))
    assert answer.status_code == 409
    assert "Not saved: norepinephrine runs at another rate now" in text(answer)
    assert "<td>runs now</td><td>08 Jan 2026 06:35</td>" in text(answer)
    address = page("dose_stop", course, row_uid=Dose.objects.latest("pk").uid)
    taken = as_shown(nurse_client.post(address, as_shown(answer) | {"fill": ""}))
    assert nurse_client.post(address, taken).status_code == 302
    assert [row[2] for row in rows()] == [False, False]


@pytest.mark.parametrize("name", ["run_rate", "dose_stop"])
@pytest.mark.parametrize("how", ["stopped", "struck out"])
def test_the_page_of_a_run_that_is_over_leads_back_to_the_chart_with_the_reason(
    name: str, how: str, nurse_client: Client, course: Course, physician: User, run: Dose
) -> None:
    if how == "stopped":
        door.stop(run, at=NOW, by=physician)
    else:
        door.strike_out(run, by=physician, reason="never started")
    answer = nurse_client.get(page(name, course, row_uid=run.uid), follow=True)
    assert answer.redirect_chain
    expected = {
        "stopped": "norepinephrine 0.05 mcg/kg/min ended 08 Jan 2026 06:40, entered by Paul",
        "struck out": "This entry of norepinephrine was struck out or corrected.",
    }
    assert expected[how] in text(answer)


# The form of any dose


def test_norepinephrine_and_vasopressin_are_among_the_first_buttons_with_their_units(
    nurse_client: Client, course: Course
) -> None:
    shown = text(nurse_client.get(page("dose_new", course)))
    first = shown[: shown.index("Vasopressors, transfusions and other frequent drugs")]
    for agent, unit in (
        ("norepinephrine", "mcg%2Fkg%2Fmin"),
        ("norepinephrine", "mcg%2Fmin"),
        ("vasopressin", "units%2Fmin"),
    ):
        offer = f"agent={agent}&unit={unit}&route=IV"
        assert f'value="{offer}"' in first
        sent = posted(course, "given_at", fill=offer)
        form = as_shown(nurse_client.post(page("dose_new", course), sent))
        assert (form["agent"], form["route"]) == (agent, "IV")
    assert shown.count('value="norepinephrine"') == 1
