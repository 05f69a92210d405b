"""The prevention page: each number with its threshold, its source and what disputes it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients.models import PreventionOutcome, PreventionTrial


@pytest.fixture
def page(viewer_client: Client) -> str:
    return viewer_client.get(reverse("prevention")).content.decode()


def trial_part(page: str, trial: PreventionTrial) -> str:
    at = page.index(f'<tbody id="prevention-{trial.pk}"')
    html = page[at : page.index("</tbody>", at)]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def of(page: str, name: str) -> str:
    return trial_part(page, PreventionTrial.objects.get(trial=name))


def test_the_page_is_not_for_passers_by(anonymous: Client, db: None) -> None:
    assert anonymous.get(reverse("prevention")).status_code == 302


def test_it_says_that_rows_are_not_comparable_and_nothing_is_recommended(page: str) -> None:
    assert "Rows are not comparable" in page
    assert "Nothing here is a recommendation." in page


def test_every_trial_stands_with_comment_check_and_sources(page: str) -> None:
    assert PreventionTrial.objects.exists()
    for trial in PreventionTrial.objects.all():
        shown = trial_part(page, trial)
        for expected in (trial.agent, trial.schedule, trial.trial, trial.comparator, trial.comment):
            assert expected in shown
        assert f"{trial.source} {trial.confidence}" in shown
        assert f"{trial.check_source} {trial.check_confidence}".strip() in shown
        assert (trial.independent_check or "no independent table was found") in shown
        assert trial.doubt in shown


def test_the_threshold_stands_with_the_number(page: str) -> None:
    shown = of(page, "NCT04071366")
    assert "65 % G2 17 % G3+ 0 % 13 % G2+ 9 % G3+ not printed" in shown
    assert "placebo 87 % G2 57 % G3+ 0 % 35 % G2+ 22 %" in shown


def test_what_is_not_printed_is_said_and_not_zero(page: str) -> None:
    assert "treated not printed G3+ 0 % not printed G3+ 17 %" in of(page, "ZUMA-19")


def test_a_disputed_number_never_stands_without_the_other(page: str) -> None:
    assert "G3+ 35 % 41 % in a later data cut" in of(page, "ZUMA-1 safety expansion cohort")
    assert "G2+ 50 % 70 % in Blood 2023;141:2430" in of(page, "NCT04432506")
    assert "G3+ 30 % 50 % in Blood 2023;141:2430" in of(page, "NCT04432506")


def test_only_itacitinib_is_called_randomized(page: str) -> None:
    assert PreventionTrial.objects.exists()
    for trial in PreventionTrial.objects.all():
        shown = trial_part(page, trial)
        assert ("not randomized" in shown) == (trial.agent != "Itacitinib")


def test_nothing_on_the_page_sorts(page: str) -> None:
    assert "aria-sort" not in page
    assert "?sort" not in page


def test_more_rows_ask_no_more_queries(viewer_client: Client) -> None:
    address = reverse("prevention")
    viewer_client.get(address)
    with CaptureQueriesContext(connection) as few:
        viewer_client.get(address)
    for n in range(5):
        trial = PreventionTrial.objects.create(
            agent="x", schedule="x", trial=f"x {n}", source="test", confidence="M"
        )
        PreventionOutcome.objects.create(
            trial=trial, arm="treated", toxicity="CRS", threshold="any", source="t", confidence="M"
        )
    with CaptureQueriesContext(connection) as many:
        viewer_client.get(address)
    assert len(many) == len(few)
