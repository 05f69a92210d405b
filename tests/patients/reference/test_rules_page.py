"""The rules page says everything that the code decides by, and where it comes from."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from grading.decisions.step_choices import STEP_AS_PRINTED, listed_choices
from grading.guidelines.step import LINES
from grading.local_rules import DEFAULT, decisions
from grading.pages.rules_page import texts_of
from grading.rules.systems import SYSTEMS, rules_version
from grading.site_rules import SiteRules, site_rules
from grading.sources import CONFIDENCE
from patients.models import Role
from patients.rights import RIGHTS
from patients.words.change_words import label


@pytest.fixture
def page(viewer_client: Client) -> str:
    return unescape(viewer_client.get(reverse("rules")).content.decode())


def test_the_rules_are_not_for_passers_by(anonymous: Client, db: None) -> None:
    assert anonymous.get(reverse("rules")).status_code == 302


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=lambda system: system.key)
def test_every_criterion_is_printed_with_source_and_confidence(page: str, system: object) -> None:
    assert system.criteria
    for criterion in system.criteria:
        start = page.index(f'id="{system.key}-{criterion.code}"')
        row = page[start : page.index("</tr>", start)]
        assert criterion.wording in row
        assert str(criterion.source) in row
        assert f">{criterion.source.confidence}<" in row


def test_every_footnote_is_printed(page: str) -> None:
    assert any(system.footnotes for system in SYSTEMS.values())
    for system in SYSTEMS.values():
        for text, source in system.footnotes:
            assert text in page
            assert str(source) in page


def test_every_option_is_printed_with_its_source(page: str) -> None:
    assert LINES
    for line in LINES:
        start = page.index(f'id="option-{line.code}"')
        row = page[start : page.index("</tr>", start)]
        for text in texts_of(line, SiteRules()):
            assert "{" not in text
            assert text in row
        assert str(line.source) in row


def test_every_dose_of_the_options_is_printed_with_its_reason(page: str) -> None:
    for choice in listed_choices(STEP_AS_PRINTED):
        start = page.index(f'id="choice-{choice["name"]}"')
        assert choice["reason"] in page[start : page.index("</tr>", start)]


def test_the_page_says_in_what_the_site_differs(viewer_client: Client, settings: Any) -> None:
    text = "Intensive care can be asked for; phone 5566"
    settings.CARTOX_SITE_RULES = site_rules(
        {
            "local_rules": {"tocilizumab_total": 3},
            "choices": {"dexamethasone_mg": 8},
            "words": {"crs_icu": text},
        }
    )
    page = unescape(viewer_client.get(reverse("rules")).content.decode())
    start = page.index('id="site"')
    of_site = page[start : page.index("</section>", start)]
    for name, ours, theirs in (
        ("tocilizumab total", 4, 3),
        ("dexamethasone mg", 10, 8),
        ("crs_icu", next(line.text for line in LINES if line.code == "crs_icu"), text),
    ):
        cells = f'{name}</th><td class="soft">{ours}</td><td>{theirs}</td>'
        assert cells in of_site
    options = page[page.index('id="options"') :]
    assert "Dexamethasone 8 mg IV" in options
    assert text in options


def test_a_site_without_a_file_changes_nothing(page: str) -> None:
    assert "This site changes nothing" in page


def test_every_local_rule_is_printed_with_its_reason(page: str) -> None:
    assert decisions(DEFAULT)
    for decision in decisions(DEFAULT):
        assert f'id="local-{decision["name"]}"' in page
        assert decision["reason"] in page
        assert decision["instead"] in page


def test_the_marks_and_the_version_are_explained(page: str) -> None:
    assert rules_version(DEFAULT) in page
    for meaning in CONFIDENCE.values():
        assert meaning in page


def test_the_systems_stand_beside_each_other_grade_by_grade(nurse_client: Client) -> None:
    page = " ".join(nurse_client.get(reverse("rules_compare")).content.decode().split())
    for system in SYSTEMS.values():
        assert f"{system.standard} {system.year}</a>" in page
        for criterion in system.criteria:
            assert criterion.wording in unescape(page)
    assert page.count("<table") == len({system.toxicity for system in SYSTEMS.values()})


def test_the_rules_page_leads_to_the_comparison(nurse_client: Client) -> None:
    page = nurse_client.get(reverse("rules")).content.decode()
    assert reverse("rules_compare") in page


def test_every_right_is_printed_with_its_roles_and_its_fields(page: str) -> None:
    table = page[page.index('id="rights"') :]
    for right in RIGHTS:
        row = table[table.index(f">{right.what}<") :].partition("</tr>")[0]
        assert f"<td>{right.condition}</td>" in row
        assert ("physician" in row) is (Role.PHYSICIAN in right.roles)
        assert all(label(name) in row for name in right.fields)


def test_the_security_page_prints_the_same_table_of_rights(page: str) -> None:
    shown = page[page.index('id="rights"') :].partition("</table>")[0]
    without_fields = re.sub(r' <span class="soft small">.*?</span>|</?span>', "", shown)
    cells = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", without_fields)
    of_page = [cells[start : start + 3] for start in range(0, len(cells), 3)]
    text = (Path(settings.BASE_DIR) / "docs/security.md").read_text(encoding="utf-8")
    lines = text.partition("## Who may do what")[2].partition("\n\n- ")[0].strip().splitlines()
    of_docs = [line.strip("| ").split(" | ") for line in lines if not line.startswith("|---")]
    assert of_docs == of_page
    assert len(of_docs) == 1 + len(RIGHTS)
