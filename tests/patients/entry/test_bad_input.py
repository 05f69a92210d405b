"""Bad input, as tired hands type it: one sentence beside the field, everything else kept.

And what is not bad: a value that was asked about and confirmed at the last set is not asked again.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.models import Assessment, Course, User
from tests.patients.entering import FULL, NOW, as_shown, enter, page, posted, preview
from tests.storing import AssessmentAt


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def sentences(answer: Any) -> dict[str, str]:
    """What the page says beside each field."""
    content = html.unescape(answer if isinstance(answer, str) else answer.content.decode())
    places = [part.partition('_error"') for part in content.split('class="says" id="id_')[1:]]
    places = [
        (name, re.split("<fieldset|</fieldset|</section", text)[0]) for name, _, text in places
    ]
    beside = {
        name: " ".join(re.sub(r"<[^>]+>", " ", text.partition(">")[2]).split())
        for name, text in places
    }
    if note := re.search(r'name="note".*?<p class="errors">([^<]+)', content, re.DOTALL):
        beside["note"] = note[1]
    return beside


ODD_WORDS = ("🙂", "٣٨", "३८", "\u202e83", "38\u200b", "thirty-eight", "38 °C", "1e2", "--", "½")


@pytest.mark.parametrize(
    ("bad", "beside", "sentence"),
    [
        ({"temperature_c": "98.6"}, "temperature_c", "Temperature 98.6 °C is outside 25–45 °C."),
        ({"temperature_c": "380"}, "temperature_c", "Temperature 380 °C is outside 25–45 °C."),
        ({"temperature_c": "3.80"}, "temperature_c", "Temperature 3.8 °C is outside 25–45 °C."),
        ({"heart_rate": "12O"}, "heart_rate", "“12O” is not a number."),
        (
            {"systolic_mmhg": "78", "diastolic_mmhg": "124"},
            "diastolic_mmhg",
            "Diastolic 124 is not below systolic 78.",
        ),
        (
            {"oxygen_flow_l_min": "4"},
            "oxygen_device",
            "A flow of 4 L/min is entered on room air. Tap the device that gives it.",
        ),
        (
            {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": "60"},
            "oxygen_flow_l_min",
            "60 L/min through a plain nasal cannula is unusual.",
        ),
        (
            {"observed_at_time": "06:55"},
            "observed_at",
            "Observed 08 Jan 2026 06:55 lies in the future: on the ward it is 08 Jan 2026 06:40.",
        ),
        (
            {"observed_at_date": "1926-01-08"},
            "observed_at",
            "Observed 08 Jan 1926 06:30 lies more than a year before the infusion.",
        ),
        ({"observed_at_time": "6 h"}, "observed_at", "Type the time as 24 hours: 06:40."),
        ({"ice_total": "11"}, "ice_total", "ICE total 11 points is outside 0–10 points."),
        (
            {"consciousness": "unarousable", "ice_naming": "2"},
            "consciousness",
            "Cannot be woken, and ICE 9: one of them looks wrong.",
        ),
        ({"note": "x" * 2001}, "note", "Note has 2,001 characters, and 2,000 can be stored."),
        ({"note": "a\0b"}, "note", "Note: one character in it cannot be stored."),
    ],
)
def test_bad_input_has_one_sentence_beside_its_field_and_all_else_is_kept(
    nurse_client: Client, course: Course, bad: dict[str, str], beside: str, sentence: str
) -> None:
    note = "slept well, شكرا 🙂"
    answer = enter(nurse_client, course, **{**FULL, "note": note, **bad})
    assert answer.status_code == 422
    assert sentences(answer)[beside].startswith(sentence)
    assert Assessment.objects.count() == 0
    shown, typed = as_shown(answer), {**FULL, **bad}
    typed.pop("note", None)
    assert {name: shown.get(name) for name in typed} == typed
    assert "note" in bad or note in answer.content.decode()


def test_signs_that_are_no_digits_are_no_number_and_stay_typed(
    nurse_client: Client, course: Course
) -> None:
    names = [name for name in FULL if name.endswith(("_c", "_mmhg", "_rate", "_percent"))]
    for words in (ODD_WORDS[: len(names)], ODD_WORDS[-len(names) :]):
        typed = dict(zip(names, words, strict=True))
        answer = enter(nurse_client, course, **FULL | typed)
        text = sentences(answer)
        assert all(text[name].startswith(f"“{typed[name]}” is not a number.") for name in names)
        assert {name: as_shown(answer)[name] for name in names} == typed


def test_emoji_and_right_to_left_text_are_a_note_like_any_other(
    nurse_client: Client, course: Course
) -> None:
    note = "slept well 🙂 نام جيدا"
    assert enter(nurse_client, course, **FULL, note=note).status_code == 302
    assert Assessment.objects.get().note == note


# What was confirmed before


@pytest.mark.parametrize(
    "case",
    [
        ({"fio2_percent": 80}, 1, {"fio2_percent": "80"}, False),
        ({"fio2_percent": 80}, 12, {"fio2_percent": "80"}, False),
        ({"fio2_percent": 80}, 12.02, {"fio2_percent": "80"}, True),
        ({"fio2_percent": 80}, 1, {"fio2_percent": "85"}, True),
        ({"fio2_percent": 80, "oxygen_device": "bipap"}, 1, {"fio2_percent": "80"}, True),
        ({"heart_rate": 160}, 1, {"heart_rate": "160"}, False),
        ({"heart_rate": 161}, 1, {"heart_rate": "160"}, True),
        ({"temperature_c": "41.5"}, 1, {"temperature_c": "41.5"}, False),
        (
            {"systolic_mmhg": 84, "diastolic_mmhg": 50},
            1,
            {"systolic_mmhg": "84", "diastolic_mmhg": "50"},
            False,
        ),
        (
            {"systolic_mmhg": 84, "diastolic_mmhg": 50},
            1,
            {"systolic_mmhg": "84", "diastolic_mmhg": "49"},
            True,
        ),
        (
            {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": 10},
            1,
            {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": "10"},
            False,
        ),
        (
            {"vasopressors": ["norepinephrine"], "vasopressor_rates": {"norepinephrine": 120}},
            1,
            {"vasopressors": "norepinephrine", "rate_norepinephrine": "120"},
            False,
        ),
    ],
)
def test_a_value_that_was_confirmed_within_a_shift_is_not_asked_about_again(
    nurse_client: Client,
    course: Course,
    nurse: User,
    assessment_at: AssessmentAt,
    case: tuple[dict[str, Any], float, dict[str, str], bool],
) -> None:
    before, hours, typed, asks = case
    ventilated = {"oxygen_device": "mechanical_ventilation"}
    row = assessment_at(67.5 - hours, **ventilated | before)
    door.enter(course, [row], by=nurse)
    shown = preview(nurse_client, course, **FULL | ventilated | typed)
    questions = [
        text for text in sentences(shown).values() if "unusual" in text or "is low" in text
    ]
    assert bool(questions) is asks, questions


def test_a_correction_does_not_ask_again_about_what_it_leaves_as_it_was(
    nurse_client: Client, course: Course, assessment_at: AssessmentAt, nurse: User
) -> None:
    row = assessment_at(40, heart_rate=160)
    door.enter(course, [row], by=nurse)
    url = page("assessment_correct", course, row_uid=row.uid)
    values = posted(course, **FULL | {"heart_rate": "160", "temperature_c": "38.1"})
    answer = nurse_client.post(url, values)
    assert answer.status_code == 302, sentences(answer)


# Why vital signs were not measured


def test_vital_signs_have_reasons_of_their_own_and_an_older_one_stays(
    nurse_client: Client, course: Course, assessment_at: AssessmentAt, nurse: User
) -> None:
    row = assessment_at(40, temperature_c=None, vitals_not_done="sedated")
    door.enter(course, [row], by=nurse)
    new = nurse_client.get(page("assessment_new", course)).content.decode()
    reasons = re.search(r'<select name="vitals_not_done".*?</select>', new, re.DOTALL)
    assert reasons is not None
    assert re.findall(r'value="(\w+)"', reasons[0]) == [
        "device_failed",
        "no_time",
        "off_ward",
        "refused",
        "asleep",
    ]
    url = page("assessment_correct", course, row_uid=row.uid)
    shown = as_shown(nurse_client.get(url))
    assert shown["vitals_not_done"] == "sedated"
    answer = nurse_client.post(
        url, posted(course, observed_at_time="01:00", vitals_not_done="sedated")
    )
    assert answer.status_code == 302, sentences(answer)
    answer = enter(nurse_client, course, vitals_not_done="device_failed", note="cuff broken")
    assert answer.status_code == 302, sentences(answer)
