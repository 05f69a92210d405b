"""A pasted report fills rows for review; the usual units of the ward; what is asked about it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.test import Client

from grading.laboratory.analytes import ANALYTES
from patients import door
from patients.entry.laboratory.usual_panel import UsualPanel
from patients.models import Course, LabResult, User
from tests.patients.entering import NOW, as_shown, page, posted

TWELVE = """CRP 124 mg/L
Ferritin > 40000 ng/mL
LDH\t412\tU/L\t135-225\tH
Platelets: 45 x10^9/L (150-400) L
ANC 0,4 10^9/L
WBC 2.1 K/uL
Hb 8.4 g/dL
Creatinine 0.9 mg/dL
Fibrinogen 412 mg/dL
INR 1.6
Na 138 mmol/L, K 4.1 mmol/L"""


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def read(client: Client, course: Course, report: str, **typed: Any) -> Any:
    """The page after a tap on “Read the report”."""
    values = posted(course, "collected_at", report=report, read="1", **typed)
    answer = client.post(page("lab_new", course), values)
    assert not LabResult.objects.filter(recorded_at=NOW).exists()
    return answer


def saved(client: Client, course: Course, shown: Any, **more: Any) -> Any:
    """The answer to “Save results” on the page shown, with the report still in its box."""
    report = shown.context["form"].data["report"]
    return client.post(page("lab_new", course), {**as_shown(shown), "report": report, **more})


def rows_of(shown: Any) -> dict[str, tuple[str, str]]:
    values = as_shown(shown)
    return {
        name: (values[f"{name}_value"], values.get(f"{name}_unit", ""))
        for name in ANALYTES
        if values.get(f"{name}_value")
    }


def remarks_of(shown: Any, field: str) -> list[str]:
    """The remarks beside a field, without their buttons."""
    return [remark.text for remark in vars(shown.context["form"][field].field).get("remarks", [])]


def stored_earlier(course: Course, nurse: User, **results: tuple[str, str]) -> None:
    at = NOW - timedelta(hours=6)
    rows = [
        LabResult(
            course=course, collected_at=at, analyte=name, value=Decimal(value), unit=unit
        )
        for name, (value, unit) in results.items()
    ]  # fmt: skip
    with time_machine.travel(at, tick=False):
        door.enter(course, rows, by=nurse)


def ward_reports(stands_open: tuple[str, ...] = ("crp",), **units: str) -> Any:
    panel = UsualPanel(stands_open, units)
    return patch("patients.entry.laboratory.lab_form.usual_panel_of", return_value=panel)


# Reading


def test_twelve_results_are_read_reviewed_and_saved(nurse_client: Client, course: Course) -> None:
    shown = read(nurse_client, course, TWELVE)
    assert shown.status_code == 200
    assert len(rows_of(shown)) == 12
    assert rows_of(shown)["ferritin"] == (">40000", "ng/mL")
    assert rows_of(shown)["anc"] == ("0,4", "10*9/L")
    assert rows_of(shown)["inr"] == ("1.6", "{INR}")
    ticks = re.findall(
        r'name="confirm"[^>]* value="([^"]+)"', html.unescape(shown.content.decode())
    )
    assert saved(nurse_client, course, shown, confirm=ticks).status_code == 302
    assert LabResult.objects.count() == 12
    assert LabResult.objects.get(analyte="ferritin").comparator == ">"


def test_a_row_that_was_typed_stays_and_what_the_report_says_stands_beside(
    nurse_client: Client, course: Course
) -> None:
    shown = read(nurse_client, course, "CRP 124 mg/L", crp_value="12", crp_unit="mg/dL")
    assert rows_of(shown) == {"crp": ("12", "mg/dL")}
    assert remarks_of(shown, "report") == ["CRP: the report has 124 mg/L, the row has 12 mg/dL."]
    assert "take 124 mg/L" in text(shown)


def test_two_results_of_one_analyte_are_asked_about_and_neither_is_taken(
    nurse_client: Client, course: Course
) -> None:
    shown = read(nurse_client, course, "CRP 124 mg/L\nLDH 400 U/L\nCRP 98 mg/L")
    assert rows_of(shown) == {"ldh": ("400", "U/L")}
    asked = "CRP stands there more than once: 124 mg/L and 98 mg/L. Which one?"
    assert remarks_of(shown, "report") == [asked]
    refused = saved(nurse_client, course, shown)
    assert (refused.status_code, asked in remarks_of(refused, "report")) == (422, True)
    taken = saved(nurse_client, course, shown, crp_value="98", crp_unit="mg/L")
    assert taken.status_code == 302


def test_what_was_not_read_stays_beside_the_box_and_is_asked_about_once(
    nurse_client: Client, course: Course
) -> None:
    report = "Chemistry\nCRP 124 mg/L\nTroponin 14 ng/L\nNeutrophils 75 %"
    refused = saved(nurse_client, course, read(nurse_client, course, report))
    assert refused.status_code == 422
    pieces = remarks_of(refused, "report")
    assert "Not read: “Neutrophils 75 %” (“%” is no unit of ANC)." in pieces
    assert "Not read: “Chemistry” (no name of a result that Cartox knows)." in pieces
    assert any("“Troponin 14 ng/L”; “Neutrophils 75 %” are in no row" in piece for piece in pieces)
    assert report in html.unescape(refused.content.decode())
    tick = re.search(r'name="confirm" value="(report=[^"]+)"', refused.content.decode())
    assert tick is not None
    assert saved(nurse_client, course, refused, confirm=tick[1]).status_code == 302
    assert list(LabResult.objects.values_list("analyte", flat=True)) == ["crp"]


def test_a_report_that_nobody_had_read_is_not_lost_at_saving(
    nurse_client: Client, course: Course
) -> None:
    sent = posted(course, "collected_at", report="CRP 124 mg/L", ldh_value="400", ldh_unit="U/L")
    refused = nurse_client.post(page("lab_new", course), sent)
    assert refused.status_code == 422
    assert "CRP 124 mg/L is not in its row." in remarks_of(refused, "report")


@pytest.mark.parametrize(
    ("printed", "offers"),
    [
        ("17 800", ["17800"]),
        ("17,800", ["17800", "17.8"]),
        ("1.234,5", ["1234.5"]),
        ("> 17 800", ["> 17800"]),
    ],
)
def test_a_thousands_separator_is_asked_about_with_each_number_as_one_tap(
    nurse_client: Client, course: Course, printed: str, offers: list[str]
) -> None:
    shown = read(nurse_client, course, f"Ferritin {printed} ng/mL")
    assert rows_of(shown)["ferritin"][0] == printed.replace("> ", ">")
    remarks = vars(shown.context["form"]["ferritin_value"].field)["remarks"]
    assert [offer.label for offer in remarks[0].offers] == offers
    filled = {**as_shown(shown), "fill": remarks[0].offers[0].query, "report": ""}
    after = nurse_client.post(page("lab_new", course), filled)
    assert rows_of(after)["ferritin"][0] == offers[0].replace("> ", ">")


@pytest.mark.parametrize("length", [20_000, 20_001])
def test_a_report_is_read_up_to_its_longest(
    nurse_client: Client, course: Course, length: int
) -> None:
    report = "CRP 124 mg/L\n".ljust(length, "-")
    shown = read(nurse_client, course, report, ldh_value="400", ldh_unit="U/L")
    is_read = length == 20_000
    assert ("crp" in rows_of(shown), rows_of(shown)["ldh"]) == (is_read, ("400", "U/L"))
    assert ("at most 20,000 are read" in text(shown)) is not is_read


def test_a_paste_of_ten_megabytes_is_refused_in_words(nurse_client: Client, course: Course) -> None:
    sent = posted(course, "collected_at", report="x" * 10_485_760, read="1")
    answer = nurse_client.post(page("lab_new", course), sent)
    assert (answer.status_code, "more than a form of Cartox can hold" in text(answer)) == (
        413,
        True,
    )


def test_a_unit_that_the_list_has_not_is_kept_as_printed(
    nurse_client: Client, course: Course
) -> None:
    shown = read(nurse_client, course, "Platelets 2.5 lakh/uL")
    assert rows_of(shown) == {"platelets": ("2.5", "lakh/uL")}
    assert saved(nurse_client, course, shown).status_code == 302
    assert LabResult.objects.get().canonical_value == 250


# Whose report it is


@pytest.mark.parametrize(
    ("head", "asked"),
    [
        ("Patient: DOE, JANE  MRN: 00123  DOB: 12/03/1964", ""),
        ("Name: Jane M. Doe", ""),
        ("Pt: Doe J", ""),
        ("Patient no. 7, MRN 00123", ""),
        ("Patient: Mrs. Döe", ""),
        ("MRN: 00999", "MRN 00999"),
        ("MRN: 123", "MRN 123"),
        ("Patient: Roe, Jane", "“Roe, Jane”"),
        ("Name: Doe, John", "“Doe, John”"),
        ("Born 12.03.1961", "born 12 Mar 1961"),
        ("PID|1||00999^^^H^MR||ROE^RITA||19610312|F", "MRN 00999, “ROE RITA”, born 12 Mar 1961"),
    ],
)
def test_a_report_that_names_another_patient_is_asked_about_and_nothing_is_stored_before(
    nurse_client: Client, course: Course, head: str, asked: str
) -> None:
    shown = read(nurse_client, course, f"{head}\nCRP 124 mg/L")
    assert rows_of(shown) == {"crp": ("124", "mg/L")}
    theirs = "This form is of DOE, Jane, MRN 00123, born 12 Mar 1964. Whose report is it?"
    expected = [f"The report says {asked}. {theirs}"] if asked else []
    remarks = [each for each in remarks_of(shown, "report") if not each.startswith("Not read")]
    assert remarks == expected
    answer = saved(nurse_client, course, shown)
    assert answer.status_code == (422 if asked else 302)
    if asked:
        assert not LabResult.objects.exists()
        (tick,) = re.findall(r'name="confirm"[^>]* value="(report=[^"]+)"', answer.content.decode())
        assert saved(nurse_client, course, answer, confirm=tick).status_code == 302


# The time of the sample


def offered_times(shown: Any) -> list[str]:
    remarks = vars(shown.context["form"]["collected_at"].field).get("remarks", [])
    return [offer.label for remark in remarks for offer in remark.offers]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("Collected: 08.01.2026 05:10", ["08 Jan 2026 05:10"]),
        ("Collected: 08.01.2026 06:30", []),  # the time of the form
        ("05/01/2026 05:10", ["05 Jan 2026 05:10"]),  # 1 May lies ahead
        ("05/02/2025 05:10", ["05 Feb 2025 05:10", "02 May 2025 05:10"]),
        ("Time 22:15", ["07 Jan 2026 22:15"]),
        ("Time 05:15", ["08 Jan 2026 05:15"]),
        ("Born 12.03.1961", []),
        ("Printed 09.01.2026 05:10", []),  # ahead
    ],
)
def test_the_times_of_a_report_are_offered(
    nurse_client: Client, course: Course, line: str, offered: list[str]
) -> None:
    shown = read(nurse_client, course, f"{line}\nCRP 12 mg/L")
    assert offered_times(shown) == offered


def test_another_time_than_that_of_the_report_is_asked_about_and_taken_in_the_same_tap(
    nurse_client: Client, course: Course
) -> None:
    shown = read(nurse_client, course, "Collected: 08.01.2026 05:10\nCRP 12 mg/L")
    refused = saved(nurse_client, course, shown)
    assert refused.status_code == 422
    (offer,) = vars(refused.context["form"]["collected_at"].field)["remarks"][0].offers
    assert offer.saves
    assert saved(nurse_client, course, refused, fill_and_save=offer.query).status_code == 302
    assert LabResult.objects.get().collected_at == NOW - timedelta(minutes=90)


# The usual panel and units of the ward


def test_the_ward_sees_its_panel_open_with_its_units(nurse_client: Client, course: Course) -> None:
    with ward_reports(("crp", "hemoglobin"), crp="mg/L", hemoglobin="g/L"):
        shown = nurse_client.get(page("lab_new", course))
    form = shown.context["form"]
    assert [line.value.label for line in form.open_lines()] == ["CRP", "Hemoglobin"]
    values = as_shown(shown)
    assert (values["crp_unit"], values["hemoglobin_unit"]) == ("mg/L", "g/L")
    assert (values["inr_unit"], values["sodium_unit"], values["pt_unit"]) == (
        "{INR}",
        "mmol/L",
        "s",
    )
    assert "ferritin_unit" not in {name for name, unit in values.items() if unit}


def test_a_value_without_a_unit_takes_that_of_the_ward_visibly_or_asks(
    nurse_client: Client, course: Course
) -> None:
    with ward_reports(crp="mg/L"):
        shown = nurse_client.get(page("lab_new", course))
        sent = {**as_shown(shown), "report": "CRP 124\nFerritin 900", "read": "1"}
        filled = nurse_client.post(page("lab_new", course), sent)
    assert rows_of(filled) == {"crp": ("124", "mg/L"), "ferritin": ("900", "")}
    assert "The report names no unit. mg/L is the usual unit of this ward." in remarks_of(
        filled, "crp_value"
    )
    assert remarks_of(filled, "ferritin_value") == ["Choose the unit of Ferritin 900."]


def test_a_unit_on_the_report_goes_before_that_of_the_ward(
    nurse_client: Client, course: Course
) -> None:
    with ward_reports(crp="mg/L"):
        shown = read(nurse_client, course, "CRP 12.4 mg/dL", crp_unit="mg/L")
    assert rows_of(shown) == {"crp": ("12.4", "mg/dL")}


def test_same_units_are_those_of_every_last_result(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    stored_earlier(
        course, nurse, crp=("12", "mg/dL"), hemoglobin=("84", "g/L"), creatinine=("80", "umol/L"),
        sodium=("138", "mmol/L"),
    )  # fmt: skip
    shown = text(nurse_client.get(page("lab_new", course)))
    assert "same units as last time: CRP mg/dL, Hemoglobin g/L, Creatinine µmol/L</button>" in shown


@pytest.mark.parametrize(
    "stored",
    [
        {"open": []},
        {"open": [], "units": {}},
        {"open": ["cholesterol"], "units": {}},
        {"open": ["crp"], "units": {"crp": "g/dL"}},
        {"open": ["crp"], "units": {"crp": ["mg/L"]}},
        {"open": "crp", "units": {}},
        {"open": [["crp"]], "units": {}},
    ],
    ids=json.dumps,
)
def test_a_panel_that_no_form_could_show_is_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"panel|value|unit"):
        UsualPanel.from_json(stored)


# Bad input: a sentence beside the field, and all else kept


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("crp_value", "twelve", "“twelve” is not a number"),
        ("crp_value", "-5", "“-5” is not a number"),
        ("crp_value", "🩸 12", "“🩸 12” is not a number"),
        ("crp_value", "1240", "CRP 1,240 mg/L is outside 0–1,000 mg/L"),
        ("crp_value", "99999999999", "“99999999999” is not a number"),
        ("crp_value", "22.0.1", "“22.0.1” is not a number"),
        ("collected_at_date", "2026-01-09", "lies in the future"),
        ("collected_at_date", "1999-01-09", "lies more than a year before the infusion"),
        ("collected_at_time", "noon", "Type the time as 24 hours"),
        ("note", "x" * 2_001, "2,001 characters, and 2,000 can be stored"),
    ],
)
def test_bad_input_is_named_beside_its_field_and_everything_else_stays(
    nurse_client: Client, course: Course, field: str, value: str, sentence: str
) -> None:
    sent = posted(
        course, "collected_at", crp_value="12", crp_unit="mg/L", ldh_value="400", ldh_unit="U/L",
        note="from the line", report="LDH 400 U/L",
    ) | {field: value}  # fmt: skip
    answer = nurse_client.post(page("lab_new", course), sent)
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    after = as_shown(answer) | {"note": "", "report": ""}
    assert {name: after[name] for name in sent if name not in ("note", "report")} == {
        name: text for name, text in sent.items() if name not in ("note", "report")
    }
    assert sent["note"] in text(answer)
    assert not LabResult.objects.exists()


def test_the_crp_in_the_other_unit_is_asked_about_and_the_unit_is_one_tap(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    stored_earlier(course, nurse, crp=("78", "mg/L"), bilirubin_direct=("0.4", "mg/dL"))
    sent = posted(
        course, "collected_at", crp_value="12.4", crp_unit="mg/L",
        bilirubin_direct_value="3.4", bilirubin_direct_unit="mg/dL",
    )  # fmt: skip
    shown = text(nurse_client.post(page("lab_new", course), sent))
    assert "CRP 12.4 mg/L fell faster than a half-life of 19 h allows. Is the unit right?" in shown
    assert "in mg/dL?" in shown
    assert "Bilirubin, direct 3.4 mg/dL is far from 0.4 5 h 50 before. Is the unit right?" in shown
    assert "in µmol/L?" in shown


def test_the_same_result_entered_again_is_asked_about_once_and_a_correction_is_not(
    nurse_client: Client, course: Course
) -> None:
    sent = {"crp_value": "12", "crp_unit": "mg/L", "ldh_value": "400", "ldh_unit": "U/L"}
    address = page("lab_new", course)
    assert nurse_client.post(address, posted(course, "collected_at", **sent)).status_code == 302
    again = nurse_client.post(address, posted(course, "collected_at", **sent))
    asked = "Stored already: CRP 12 mg/L of 06:30, LDH 400 U/L of 06:30."
    assert (again.status_code, asked in text(again)) == (422, True)
    later = {"collected_at_date": "2026-01-08", "collected_at_time": "06:20"}
    assert (
        nurse_client.post(address, posted(course, "collected_at", **sent) | later).status_code
        == 302
    )
    corrected = posted(course, "collected_at", **sent, status="corrected")
    assert nurse_client.post(address, corrected).status_code == 302


def test_a_course_closed_meanwhile_keeps_what_was_typed(
    nurse_client: Client, course: Course, physician: User
) -> None:
    shown = read(nurse_client, course, "CRP 12 mg/L")
    door.amend(
        course,
        by=physician,
        reason="home",
        changes={"closed_at": NOW, "closing_reason": "went home"},
    )
    refused = saved(nurse_client, course, shown)
    assert refused.status_code == 422
    assert "closed" in text(refused)
    assert rows_of(refused) == {"crp": ("12", "mg/L")}
