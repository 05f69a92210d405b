"""What the assessment form asks before it saves: the rest, another entry, all clear, half an ICE.

A set of vital signs alone wiped a grade; two nurses at one bed did not know of each other; one tap
took ICANS 2 to 0; half an ICE was saved without a question.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.models import Assessment, Course, Dose, User
from tests.patients.entering import FULL, NOW, as_shown, enter, page, posted, preview
from tests.storing import AssessmentAt

VITALS = {name: FULL[name] for name in ("temperature_c", "systolic_mmhg", "diastolic_mmhg")}
SUPPORT = {
    name: FULL[name] for name in ("hypotension", "fluid_bolus", "vasopressors", "oxygen_device")
}
SIGNS = {name: FULL[name] for name in ("consciousness", "seizure", "motor", "icp")}
ICE = {name: value for name, value in FULL.items() if name.startswith("ice_")}
OF_A_SET = (*VITALS, *SUPPORT, *SIGNS, "ice_total")
LAST_H = 60
"""The last full assessment: at 23:00 of the day before; the form is filled in at 06:30."""


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def entered_before(
    course: Course, assessment_at: AssessmentAt, nurse: User, clock: Any
) -> Callable[..., Assessment]:
    """Call to enter an assessment, well but for what is given; then an hour passes."""

    def before(hours: float = LAST_H, by: User = nurse, **findings: Any) -> Assessment:
        row = assessment_at(hours, **findings)
        door.enter(course, [row], by=by)
        clock.shift(timedelta(hours=1))
        return row

    return before


def asked(answer: Any, name: str) -> str:
    """The text of the questions in one place of the page; empty where nothing is asked."""
    content = html.unescape(answer.content.decode())
    start = content.find(f'<div class="says" id="id_{name}_error"')
    depth, end = 0, start
    for tag in re.finditer(r"<(/?)div\b", content[start:]):
        depth += -1 if tag[1] else 1
        end = start + tag.start()
        if depth == 0:
            break
    return " ".join(re.sub(r"<[^>]+>", " ", content[start:end]).split())


def buttons(answer: Any) -> dict[str, tuple[str, str]]:
    """What each button and tick of the questions sends, by its first words."""
    content = html.unescape(answer.content.decode())
    place = "".join(re.findall(r'<div class="say say--question">.*?</div>', content, re.DOTALL))
    names = "fill_and_save|fill_rest_and_save|fill_too|confirm"
    pattern = rf'name="({names})"[^>]*value="([^"]*)"[^>]*>\s*([^<]+)'
    return {label.strip(): (name, value) for name, value, label in re.findall(pattern, place)}


def answered(client: Client, course: Course, values: dict[str, Any], *labels: str) -> Any:
    """Enter these values, then tap these answers on the page that asks."""
    form = posted(course, **values)
    first = client.post(page("assessment_new", course), form)
    assert first.status_code == 422
    offered = buttons(first)
    for label in labels:
        [(name, value)] = [sent for words, sent in offered.items() if words.startswith(label)]
        form |= {name: [*form.get(name, []), value]}
    return client.post(page("assessment_new", course), form)


def newest(answer: Any) -> Assessment:
    assert answer.status_code == 302, asked(answer, "rest")
    return Assessment.objects.latest("id")


# The rest


def test_vital_signs_alone_are_not_saved_before_the_rest_is_asked_about(
    nurse_client: Client, course: Course, entered_before: Any
) -> None:
    entered_before(oxygen_device="nasal_cannula", oxygen_flow_l_min=Decimal(2), ice_total=9)
    answer = enter(nurse_client, course, **VITALS, note="typed")
    assert answer.status_code == 422
    question = asked(answer, "rest")
    assert question.startswith(
        "Is the rest unchanged since 07 Jan 23:00? "
        "Support at 07 Jan 23:00: no hypotension, no vasopressor, nasal cannula 2 L/min. "
        "Neurologic at 07 Jan 23:00: awake by itself, no seizure, no weakness, no raised ICP. "
        "ICE done again now, the same 9 points as at 07 Jan 23:00"
    )
    shown = as_shown(answer)
    assert {name: shown[name] for name in VITALS} == VITALS
    assert "typed" in answer.content.decode()
    assert Assessment.objects.count() == 1
    assert "Is the rest" not in preview(nurse_client, course, **VITALS)
    assert "Is the rest" in preview(nurse_client, course, **VITALS, told="rest")


@pytest.mark.parametrize(
    ("labels", "support", "signs", "ice_total"),
    [
        (["yes"], True, True, None),
        (["yes", "ICE done again"], True, True, 9),
        (["only the support"], True, False, None),
        (["only the neurologic"], False, True, None),
        (["no:"], False, False, None),
    ],
)
def test_what_is_confirmed_is_stored_as_observed_and_nothing_else(
    nurse_client: Client,
    course: Course,
    entered_before: Any,
    *,
    labels: list[str],
    support: bool,
    signs: bool,
    ice_total: int | None,
) -> None:
    entered_before(oxygen_device="nasal_cannula", oxygen_flow_l_min=Decimal(2), ice_total=9)
    row = newest(answered(nurse_client, course, VITALS, *labels))
    flow = (row.hypotension, row.vasopressors, row.oxygen_device, row.oxygen_flow_l_min)
    assert flow == ((False, [], "nasal_cannula", 2) if support else (None, None, None, None))
    waking = (row.consciousness, row.seizure, row.motor, row.icp)
    assert waking == (("spontaneous", "none", "none", []) if signs else (None,) * 4)
    assert (row.ice, row.ice_total, row.temperature_c) == (None, ice_total, Decimal("38.9"))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (VITALS, ("Support", "Neurologic")),
        ({"heart_rate": "88"}, ("Support", "Neurologic")),
        ({"fever": "no"}, ("Support", "Neurologic")),
        (VITALS | SUPPORT, ()),
        (VITALS | {"oxygen_device": "room_air"}, ("Support",)),
        (VITALS | {"hypotension": "no", "oxygen_device": "room_air"}, ()),
        (VITALS | {"hypotension": "yes", "oxygen_device": "room_air"}, ("Support",)),
        (VITALS | {"hypotension": "not_assessed"}, ("Support", "Neurologic")),
        (VITALS | SUPPORT | {"seizure": "none"}, ("Neurologic",)),
        (VITALS | {"consciousness": "unarousable"}, ("Support", "Neurologic")),
        (ICE, ("Neurologic",)),
        ({"ice_not_done": "asleep"}, ("Neurologic",)),
        (SIGNS, ()),
        ({"note": "sleeps"}, ()),
        ({"vitals_not_done": "asleep"}, ()),
        (FULL, ()),
    ],
)
def test_a_part_is_asked_about_where_it_was_begun_or_vital_signs_stand_alone(
    nurse_client: Client,
    course: Course,
    entered_before: Any,
    values: dict[str, str],
    words: tuple[str, ...],
) -> None:
    entered_before()
    question = asked(enter(nurse_client, course, **values), "rest")
    assert tuple(part for part in ("Support", "Neurologic") if f"{part} at" in question) == words


@pytest.mark.parametrize(("minutes_ago", "is_asked"), [(24 * 60, True), (24 * 60 + 1, False)])
def test_what_is_older_than_a_day_is_not_offered_as_unchanged(
    nurse_client: Client, course: Course, entered_before: Any, minutes_ago: int, *, is_asked: bool
) -> None:
    entered_before(67.5 - minutes_ago / 60)
    answer = enter(nurse_client, course, **VITALS)
    assert bool(asked(answer, "rest")) is is_asked


def test_what_happened_once_is_not_repeated_and_a_lasting_reason_is(
    nurse_client: Client, course: Course, entered_before: Any
) -> None:
    entered_before(
        fluid_bolus=True,
        seizure="prolonged",
        ice_total=None,
        ice_not_done="sedated",
        consciousness="unarousable",
    )
    row = newest(answered(nurse_client, course, VITALS, "yes"))
    assert (row.fluid_bolus, row.seizure) == (None, None)
    assert (row.ice_not_done, row.consciousness, row.motor) == ("sedated", "unarousable", "none")


def test_a_late_entry_is_compared_with_what_was_before_it(
    nurse_client: Client, course: Course, entered_before: Any
) -> None:
    entered_before(60, oxygen_device="nasal_cannula", oxygen_flow_l_min=Decimal(2))
    entered_before(66.75)  # 05:45
    question = asked(enter(nurse_client, course, **VITALS, observed_at_time="05:30"), "rest")
    assert "nasal cannula 2 L/min" in question
    assert "room air" not in question


def test_a_child_is_asked_for_capd_by_name(
    nurse_client: Client, course: Course, entered_before: Any, nurse: User
) -> None:
    door.amend(
        course.patient, by=nurse, reason="typing error", changes={"birth_date": "2018-03-12"}
    )
    entered_before(ice_total=None, capd_total=3)
    row = newest(answered(nurse_client, course, VITALS, "yes", "CAPD done again now, the same 3"))
    assert (row.capd_total, row.ice_total) == (3, None)


def test_a_correction_is_not_asked_about_the_rest(
    nurse_client: Client, course: Course, entered_before: Any
) -> None:
    entered_before()
    wrong = newest(answered(nurse_client, course, VITALS, "no:"))
    form = posted(course, **VITALS | {"temperature_c": "37"})
    url = page("assessment_correct", course, row_uid=wrong.uid)
    assert newest(nurse_client.post(url, form)).replaces == wrong


# The rest in one tap, offered before saving


def one_tap(answer: Any) -> str:
    """What the tap that saves with the rest would store; empty where there is none."""
    content = html.unescape(answer if isinstance(answer, str) else answer.content.decode())
    [*rests] = re.findall(r'name="fill_rest_and_save" value="([^"]*)">Save with the rest', content)
    return rests[0] if rests else ""


def saved_with_rest(client: Client, course: Course, rest: str, **values: Any) -> Any:
    return enter(client, course, **values, fill_rest_and_save=rest)


def test_vital_signs_are_saved_with_the_rest_in_one_tap_and_ice_by_a_tick(
    nurse_client: Client, course: Course, entered_before: Any
) -> None:
    entered_before(oxygen_device="nasal_cannula", oxygen_flow_l_min=Decimal(2), ice_total=9)
    form = nurse_client.get(page("assessment_new", course))
    assert asked(form, "rest").startswith("The rest unchanged since 07 Jan 23:00: Support at")
    tick = buttons_of(form)["ICE done again now, the same 9 points as at 07 Jan 23:00"]
    form_values = VITALS | {"fill_too": tick}
    row = newest(saved_with_rest(nurse_client, course, one_tap(form), **form_values))
    assert (row.oxygen_flow_l_min, row.vasopressors, row.hypotension) == (2, [], False)
    assert (row.consciousness, row.icp, row.ice_total) == ("spontaneous", [], 9)


def buttons_of(form: Any) -> dict[str, str]:
    content = html.unescape(form.content.decode())
    return {
        label.strip(): value
        for value, label in re.findall(r'name="fill_too" value="([^"]*)"[^>]*>([^<]*)<', content)
    }


@pytest.mark.parametrize(
    ("before", "values", "is_offered"),
    [
        ({}, {}, True),
        ({"hours": 43.5 + 1 / 60}, {}, True),  # 24 h before
        ({"hours": 43.5 - 1 / 60}, {}, False),
        ({}, {"systolic_mmhg": "90", "diastolic_mmhg": "60"}, True),
        ({}, {"systolic_mmhg": "84", "diastolic_mmhg": "50"}, False),
        ({}, {"systolic_mmhg": "84", "diastolic_mmhg": "50", "hypotension": "yes"}, True),
        ({"seizure": "resolved"}, {}, False),
        ({"seizure": "resolved"}, {"seizure": "none"}, True),
        ({"oxygen_device": None}, {}, False),
        ({"motor": None}, {}, False),
        ({"consciousness": "voice", "ice_total": 4}, {}, True),
    ],
)
def test_the_one_tap_is_offered_where_all_is_known_recent_and_unchanged(
    nurse_client: Client,
    course: Course,
    entered_before: Any,
    before: dict[str, Any],
    values: dict[str, str],
    *,
    is_offered: bool,
) -> None:
    entered_before(**before)
    shown = preview(nurse_client, course, **VITALS | values)
    assert bool(one_tap(shown)) is is_offered
    if is_offered and "consciousness" in before:
        assert "consciousness=voice" in one_tap(shown)  # what was not clear is not made clear


@pytest.mark.parametrize("change", ["a run began", "a run ended", "hypotension", "a bolus"])
def test_the_one_tap_follows_what_has_changed_since(
    nurse_client: Client, course: Course, entered_before: Any, nurse: User, change: str
) -> None:
    at = course.infused_at + timedelta(hours=61)
    run = Dose(course=course, agent="norepinephrine", given_at=at - timedelta(hours=3))
    if change == "a run ended":
        door.enter(course, [run], by=nurse)
        entered_before(hypotension=True, vasopressors=["norepinephrine"])
        door.stop(run, at=at, by=nurse)
    else:
        entered_before()
    if change == "a run began":
        run.given_at = at
        door.enter(course, [run], by=nurse)
    elif change in ("hypotension", "a bolus"):
        name = "hypotension" if change == "hypotension" else "fluid_bolus"
        entered_before(62, **dict.fromkeys(OF_A_SET) | {name: True})
    rest = one_tap(nurse_client.get(page("assessment_new", course)))
    if change.startswith("a run"):
        assert rest == ""
    elif change == "hypotension":
        assert "hypotension=yes" in rest
    else:
        assert "fluid_bolus" not in rest


def test_an_answer_that_was_given_meanwhile_is_kept_and_the_rest_is_asked_about(
    nurse_client: Client, course: Course, entered_before: Any
) -> None:
    """The page still showed “room air” when somebody had tapped another device."""
    entered_before()
    rest = one_tap(nurse_client.get(page("assessment_new", course)))
    on_cannula = VITALS | {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": "2"}
    answer = saved_with_rest(nurse_client, course, rest, **on_cannula)
    assert answer.status_code == 422
    assert as_shown(answer)["oxygen_device"] == "nasal_cannula"
    assert "room air" not in asked(answer, "rest")
    assert "no vasopressor" in asked(answer, "rest")


def test_the_rest_alone_is_not_saved(
    nurse_client: Client, course: Course, entered_before: Any
) -> None:
    entered_before()
    rest = one_tap(nurse_client.get(page("assessment_new", course)))
    answer = saved_with_rest(nurse_client, course, rest)
    assert answer.status_code == 422
    assert asked(answer, "rest") == "Type the vital signs first: the rest alone is no set."


def test_a_correction_is_not_offered_the_rest(
    nurse_client: Client, course: Course, entered_before: Any
) -> None:
    entered_before(60)
    wrong = entered_before(63)
    assert one_tap(nurse_client.get(page("assessment_correct", course, row_uid=wrong.uid))) == ""


# Two entries at one bed


@pytest.mark.parametrize(
    "case",
    [
        (10, {}, SIGNS, "Paul Physician saved an entry of 06:40"),
        (-10, {}, SIGNS, "Paul Physician saved an entry of 06:20"),
        (11, {}, SIGNS, ""),
        (-11, {}, SIGNS, ""),
        (0, {}, VITALS | SUPPORT, "Not the same: Temperature 37.0 there, 38.9 here"),
        (0, {"icp": ["papilledema"]}, SIGNS, "Raised ICP papilledema there, none here"),
    ],
)
def test_another_persons_entry_within_ten_minutes_is_told(
    nurse_client: Client, course: Course, physician: User, entered_before: Any, case: Any
) -> None:
    minutes, theirs, values, words = case
    findings = {"temperature_c": Decimal(37)} | theirs
    entered_before(67.5 + minutes / 60, by=physician, **findings)
    question = asked(enter(nurse_client, course, **values), "observed_at")
    assert words in question
    assert bool(question) is bool(words)
    if question and "papilledema" not in question:
        answer = "both are right" if "Not the same" in question else "save mine"
        assert newest(answered(nurse_client, course, values, answer))


def test_an_answer_stays_while_another_question_is_still_open(
    nurse_client: Client, course: Course, physician: User, entered_before: Any
) -> None:
    """The preview that follows the refused save keeps the tick, or no second answer would save."""
    entered_before(67.5, by=physician)
    refused = enter(nurse_client, course, **VITALS)
    name, value = buttons(refused)["both are right: save mine too"]
    one_answered = VITALS | {name: value, "told": "rest"}
    shown = preview(nurse_client, course, **one_answered)
    tick = re.search(r'id="id_observed_at_error".*?<input type="checkbox"[^>]*>', shown)
    assert tick is not None
    assert tick[0].endswith(" checked>")
    both = [value, buttons(refused)["no: save only what is entered"][1]]
    assert newest(enter(nurse_client, course, **VITALS | {name: both}))


@pytest.mark.parametrize(("minutes", "is_told"), [(10, True), (11, False)])
def test_what_another_person_has_just_saved_is_told_whenever_it_was_observed(
    nurse_client: Client,
    course: Course,
    physician: User,
    assessment_at: AssessmentAt,
    clock: Any,
    minutes: int,
    *,
    is_told: bool,
) -> None:
    door.enter(course, [assessment_at(50, oxygen_device=None)], by=physician)
    clock.shift(timedelta(minutes=minutes))
    answer = enter(nurse_client, course, **VITALS | SUPPORT)
    assert bool(asked(answer, "observed_at")) is is_told


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"temperature_c": "37.4"} | SUPPORT, "Temperature 37.5 there, 37.4 here"),
        ({"temperature_c": "37.50"} | SUPPORT, ""),
        (SIGNS, ""),
        (ICE | {"ice_naming": "2"}, "ICE 10 there, 9 here"),
        (ICE, ""),
        ({"ice_total": "10"}, ""),
    ],
)
def test_ones_own_entry_of_the_same_time_is_told_where_it_says_something_else(
    nurse_client: Client, course: Course, values: dict[str, str], words: str
) -> None:
    newest(enter(nurse_client, course, temperature_c="37.5", **SUPPORT, **ICE))
    answer = enter(nurse_client, course, **values)
    assert words in asked(answer, "observed_at")
    assert bool(asked(answer, "observed_at")) is bool(words)


def test_an_answer_about_another_value_is_none(nurse_client: Client, course: Course) -> None:
    newest(enter(nurse_client, course, temperature_c="37.5", **SUPPORT))
    asked_about = enter(nurse_client, course, temperature_c="37.4", **SUPPORT)
    [(name, key)] = buttons(asked_about).values()
    again = enter(nurse_client, course, temperature_c="39.4", **SUPPORT, **{name: key})
    assert again.status_code == 422
    assert newest(enter(nurse_client, course, temperature_c="37.4", **SUPPORT, **{name: key}))


def test_nobody_is_told_of_what_was_struck_out_or_of_the_same_form(
    nurse_client: Client, course: Course, physician: User, entered_before: Any
) -> None:
    struck = entered_before(67.5, by=physician)
    door.strike_out(struck, by=physician, reason="wrong time")
    form = posted(course, **VITALS | SUPPORT)
    first = nurse_client.post(page("assessment_new", course), form)
    again = nurse_client.post(page("assessment_new", course), form)
    assert (first.status_code, again.status_code) == (302, 302)
    assert Assessment.objects.live().count() == 1


# All clear


@pytest.mark.parametrize(
    ("findings", "ice_label", "signs_label"),
    [
        ({}, "all ten correct", "awake; no seizure, weakness or ICP sign"),
        ({"ice_total": 9}, "ICE was 9 at 07 Jan 23:00", "awake;"),
        ({"ice_total": None, "ice_not_done": "sedated"}, "ICE not done: sedated at", "awake;"),
        ({"ice_total": None, "ice": {"year": 1, "city": None}}, "ICE was done in part", "awake;"),
        ({"consciousness": "voice"}, "wakes to voice at 07 Jan 23:00", "wakes to voice at"),
        ({"seizure": "resolved"}, "all ten", "seizure resolved at"),
        ({"motor": "mild"}, "all ten", "weakness mild at"),
        ({"icp": ["papilledema"]}, "all ten", "raised ICP papilledema at"),
    ],
)
def test_an_all_clear_takes_one_tap_only_where_the_last_was_clear(
    nurse_client: Client,
    course: Course,
    entered_before: Any,
    findings: dict[str, Any],
    ice_label: str,
    signs_label: str,
) -> None:
    entered_before(**findings)
    content = html.unescape(nurse_client.get(page("assessment_new", course)).content.decode())
    labels = re.findall(r'name="fill" value="(ice_year|consciousness)=[^"]*">([^<]+)<', content)
    offered = dict(labels)
    assert offered["ice_year"].startswith(ice_label)
    assert offered["consciousness"].startswith(signs_label)
    answer = enter(nurse_client, course, **FULL)
    is_plain = {"ice_done": ice_label.startswith("all"), "consciousness": signs_label[0] == "a"}
    for place, plain in is_plain.items():
        assert bool(asked(answer, place)) is not plain
    assert answer.status_code == (302 if all(is_plain.values()) else 422)
    if not is_plain["ice_done"]:
        assert asked(answer, "ice_done").endswith("now 10? yes, ICE is 10 now")


def test_the_first_examination_of_all_can_be_clear_in_one_tap(
    nurse_client: Client, course: Course
) -> None:
    assert (
        "all ten correct</button>"
        in nurse_client.get(page("assessment_new", course)).content.decode()
    )
    newest(enter(nurse_client, course, **FULL))


@pytest.mark.parametrize(
    "values", [ICE | {"ice_naming": "2"}, {"ice_total": "9"}, SIGNS | {"motor": "mild"}]
)
def test_what_is_not_all_clear_is_not_asked_about(
    nurse_client: Client, course: Course, entered_before: Any, values: dict[str, str]
) -> None:
    entered_before(ice_total=4, motor="deep_focal_weakness")
    answer = enter(nurse_client, course, **values)
    assert asked(answer, "ice_done") == ""
    assert asked(answer, "consciousness") == ""


# Half an ICE


def test_half_an_ice_is_asked_about_at_saving_and_not_while_it_is_scored(
    nurse_client: Client, course: Course
) -> None:
    half = {name: value for name, value in ICE.items() if name != "ice_writing"}
    assert "broken off" not in preview(nurse_client, course, **half)
    first = enter(nurse_client, course, **half, **SIGNS)
    assert "Not scored: Writes a sentence. Was it broken off there?" in asked(first, "ice_done")
    row = newest(answered(nurse_client, course, half | SIGNS, "yes: save it as done in part"))
    assert row.ice is not None
    assert (row.ice["year"], row.ice["writing"]) == (1, None)
