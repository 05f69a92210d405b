"""The products page, and what a course finds in it: target, domain, how long to watch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients.models import (
    Course,
    MonitoringSchedule,
    Product,
    ProductFact,
    ProductIndication,
    TrialIncidence,
    User,
)
from patients.reading.products import product_line, product_of

NOW = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def words(html: str) -> str:
    """What is read: without tags, spaces as one."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture
def page(viewer_client: Client) -> str:
    return viewer_client.get(reverse("products")).content.decode()


def part(page: str, start: str, end: str) -> str:
    at = page.index(start)
    return words(page[at : page.index(end, at)])


def trial_part(page: str, name: str) -> str:
    trial = TrialIncidence.objects.get(trial=name)
    return part(page, f'<tbody id="trial-{trial.pk}"', "</tbody>")


def section(page: str, name: str) -> str:
    return part(page, f'id="{name}"', "</section>")


# The page


def test_the_page_is_not_for_passers_by(anonymous: Client, db: None) -> None:
    assert anonymous.get(reverse("products")).status_code == 302


def test_every_role_reads_it(
    nurse: User,
    physician: User,
    viewer: User,
    administrator: User,
    other_ward_nurse: User,
    signed_in: Callable[[User], Client],
) -> None:
    for user in (nurse, physician, viewer, administrator, other_ward_nurse):
        assert signed_in(user).get(reverse("products")).status_code == 200


def test_nothing_is_posted_to_it(nurse_client: Client) -> None:
    assert nurse_client.post(reverse("products")).status_code == 405


def test_it_says_that_trials_are_not_comparable(page: str) -> None:
    assert (
        "Not comparable between trials: CRS was graded by Penn in the tisa-cel trials and by "
        "Lee 2014 in the axi-cel trials."
    ) in section(page, "trials")


def test_every_trial_stands_with_its_numbers_and_its_source(page: str) -> None:
    assert TrialIncidence.objects.exists()
    for trial in TrialIncidence.objects.prefetch_related("notes"):
        shown = trial_part(page, trial.trial)
        assert f"{trial.crs_any:.0f} %" in shown
        assert f"{trial.nt_any:.0f} %" in shown
        assert trial.cytopenia in shown
        assert f"{trial.source} {trial.confidence}" in shown
        for note in trial.notes.all():
            assert note.note in shown
            assert f"{note.source} {note.confidence}" in shown


def test_a_doubt_stands_beside_the_number(page: str) -> None:
    assert "2 days differs elsewhere ?" in trial_part(page, "ZUMA-2")
    assert "32 days" not in trial_part(page, "ZUMA-2")
    assert re.search(
        r"62 % not resolved by day 28, as printed doubtful", trial_part(page, "KarMMa")
    )


def test_where_there_is_no_number_the_page_says_why(page: str) -> None:
    assert "unreadable" in trial_part(page, "KarMMa")
    assert "2 %" not in trial_part(page, "KarMMa").split("Cytopenia")[0]
    assert trial_part(page, "ZUMA-1").count("not reported") >= 2
    assert "not printed" in trial_part(page, "ZUMA-5")


def test_icans_and_other_neurotoxicity_stay_apart(page: str) -> None:
    shown = trial_part(page, "CARTITUDE-1")
    assert "17 % ICANS; other 12 %" in shown
    assert "2 % ICANS; other 9 %" in shown


def test_every_note_that_is_pointed_at_is_there(page: str) -> None:
    pointed = set(re.findall(r'href="#(note-[^"]+)"', page))
    assert pointed
    assert pointed <= set(re.findall(r'id="(note-[^"]+)"', page))


def test_the_schedules_of_today_stand_apart_from_the_superseded(page: str) -> None:
    current, past = section(page, "monitoring").split("Superseded", 1)
    assert "from 26 Jun 2025" in current
    assert "4 weeks 8 weeks" not in current
    assert "4 weeks 8 weeks to 25 Jun 2025" in past
    for row in MonitoringSchedule.objects.all():
        shown = current if row.is_valid_on(NOW.date()) else past
        assert row.source in shown
        assert row.text in shown


def test_every_product_stands_with_approvals_facts_and_sources(page: str) -> None:
    shown = section(page, "facts")
    assert Product.objects.exists()
    for product in Product.objects.all():
        assert product.name in shown
        assert product.target in shown
        assert product.source in shown
    assert ProductIndication.objects.exists()
    for row in ProductIndication.objects.all():
        assert f"{row.indication} ({row.year or 'year not recorded'})" in shown
        assert row.source in shown
    assert ProductFact.objects.exists()
    for fact in ProductFact.objects.all():
        assert f"{fact.topic}: {fact.text}" in shown
        assert fact.source in shown


def test_a_number_that_an_administrator_changes_is_shown(viewer_client: Client) -> None:
    trial = TrialIncidence.objects.get(trial="JULIET")
    trial.crs_any = None
    trial.save()
    assert "not printed" in trial_part(
        viewer_client.get(reverse("products")).content.decode(), "JULIET"
    )


def test_more_rows_ask_no_more_queries(viewer_client: Client) -> None:
    address = reverse("products")
    viewer_client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        viewer_client.get(address)
    for product in Product.objects.all():
        for n in range(3):
            common = {"product": product, "source": "test", "confidence": "M"}
            ProductFact.objects.create(topic=f"topic {n}", text="text", **common)
            TrialIncidence.objects.create(indication="x", trial=f"{product} {n}", **common)
            MonitoringSchedule.objects.create(region="other", daily_days=n + 1, **common)
    with CaptureQueriesContext(connection) as many:
        viewer_client.get(address)
    assert len(many) == len(few)


def test_the_rules_page_leads_to_the_reference(viewer_client: Client) -> None:
    rules = viewer_client.get(reverse("rules")).content.decode()
    assert f'href="{reverse("products")}"' in rules
    assert f'href="{reverse("prevention")}"' in rules


# The product of a course


@pytest.mark.parametrize(
    "text",
    ["axicabtagene ciloleucel", "Axicabtagene Ciloleucel", "AXI-CEL", " axi-cel ", "yescarta"],
)
def test_a_course_finds_its_product_by_name_abbreviation_or_brand(text: str, db: None) -> None:
    product = product_of(Course(product=text))
    assert product is not None
    assert product.abbreviation == "axi-cel"


@pytest.mark.parametrize("text", ["", " ", "not stated", "axi", "CD19 CAR-T, study 12"])
def test_an_unknown_product_finds_none(text: str, db: None) -> None:
    assert product_of(Course(product=text)) is None


def line(name: str, day: datetime, **values: Any) -> Any:
    planned = {"infused_at": NOW, "time_zone": "Europe/Madrid", "infusion_planned": True}
    return product_line(Course(product=name, **(planned | values)), day.date())


def test_the_line_of_the_chart_says_what_is_valid_on_that_day(db: None) -> None:
    today = line("tisa-cel", NOW)
    assert (today.name, today.kind) == ("tisa-cel", "CD19, 4-1BB")
    assert today.schedules == (
        "US label, 26 Jun 2025: daily for 7 days, stay near 2 weeks, no driving for 2 weeks",
        "EU label: daily for 10 days",
    )
    earlier = line("tisa-cel", datetime(2025, 6, 25, tzinfo=UTC))
    assert earlier.schedules[0] == ("US label: stay near 4 weeks, no driving for 8 weeks")


def test_each_period_ends_on_a_date_counted_from_the_last_infusion(db: None) -> None:
    """Infused on 5 January at 23:30 UTC, which is 6 January in Madrid."""
    given = {"infusion_planned": False, "infused_at": datetime(2026, 1, 5, 23, 30, tzinfo=UTC)}
    (us, _) = line("liso-cel", NOW, **given).schedules[:2]
    assert us.endswith(
        "stay near 2 weeks (until 20 Jan 2026), no driving for 2 weeks (until 20 Jan 2026)"
    )
    split = given | {"later_infusions": ["2026-01-08T10:00+00:00", "2026-01-14T10:00+00:00"]}
    assert "(until 22 Jan 2026)" in line("liso-cel", NOW, **split).schedules[0]
    assert "until" not in line("liso-cel", NOW).schedules[0]


def test_the_labels_of_the_uk_stand_beside_the_others(db: None) -> None:
    assert line("liso-cel", NOW).schedules[1:] == (
        "EU label: daily for 10 days",
        "UK label: stay near 2 weeks",
    )
    assert line("brexu-cel", NOW).schedules[2] == "UK label: daily for 7 days, stay near 4 weeks"


def test_what_nobody_verified_is_said_so(db: None) -> None:
    assert line("obe-cel", NOW).schedules == (
        "US label: days not verified",
        "UK label: days not verified",
    )


def test_the_chart_names_the_schedule_and_leads_to_its_source(
    nurse_client: Client, course: Course
) -> None:
    page = nurse_client.get(reverse("chart", args=[course.uid])).content.decode()
    shown = part(page, 'id="chart-step"', "</section>")
    assert "axi-cel (CD19, CD28)" in shown
    assert "US label, 26 Jun 2025: daily for 7 days, stay near 2 weeks" in shown
    assert f'href="{reverse("products")}#monitoring"' in page


def test_the_chart_of_an_unknown_product_says_nothing_of_it(
    other_ward_client: Client, other_course: Course
) -> None:
    page = other_ward_client.get(reverse("chart", args=[other_course.uid])).content.decode()
    assert "step__product" not in page


# The admission form


def test_the_form_offers_the_products_that_are_on_offer(nurse_client: Client) -> None:
    page = nurse_client.get(reverse("admit")).content.decode()
    taps = re.findall(r'name="product" value="([^"]+)"', page)
    assert taps[:-1] == [
        *Product.objects.filter(is_offered=True).values_list("name", flat=True),
        "another",
    ]


def test_a_product_put_on_offer_gets_its_button(nurse_client: Client) -> None:
    product = Product.objects.get(abbreviation="relma-cel")
    product.is_offered = True
    product.save()
    page = nurse_client.get(reverse("admit")).content.decode()
    assert 'value="relmacabtagene autoleucel"' in page


def test_a_course_whose_product_is_no_longer_offered_keeps_it_as_typed(
    physician_client: Client, course: Course
) -> None:
    product = Product.objects.get(abbreviation="axi-cel")
    product.is_offered = False
    product.save()
    page = physician_client.get(reverse("course_correct", args=[course.uid])).content.decode()
    assert re.search(r'name="another_product" value="axicabtagene ciloleucel"', page)
