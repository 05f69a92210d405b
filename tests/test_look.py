"""The look holds in both color schemes: contrast by number, grades told apart without color."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from grading.engine.result import Result
from patients.words.badges import badge, badge_html

CSS = Path(__file__).resolve().parent.parent / "static" / "css"
TEXT_CONTRAST = 4.5  # WCAG 2.2 AA, text
SHAPE_CONTRAST = 3.0  # WCAG 2.2 AA, what tells parts apart


def schemes() -> dict[str, dict[str, str]]:
    text = (CSS / "tokens.css").read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]{6});", part))
        for part in text.split("@media (prefers-color-scheme: dark)")
    )
    return {"light": light, "dark": light | dark}


def luminance(color: str) -> float:
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


SCHEMES = schemes()
SURFACES = ("--page", "--raised", "--sunk", "--warn-fill", "--danger-fill", "--info-fill")
WORDS = ("--ink", "--soft", "--accent", "--overdue", "--well")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("words", WORDS)
def test_words_read_on_every_surface(scheme: str, surface: str, words: str) -> None:
    colors = SCHEMES[scheme]
    assert contrast(colors[words], colors[surface]) >= TEXT_CONTRAST


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("surface", SURFACES[:3])
def test_edges_of_fields_and_badges_are_seen(scheme: str, surface: str) -> None:
    colors = SCHEMES[scheme]
    for edge in ("--edge", "--badge-edge"):
        assert contrast(colors[edge], colors[surface]) >= SHAPE_CONTRAST


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_button_reads(scheme: str) -> None:
    colors = SCHEMES[scheme]
    for fill in ("--accent", "--accent-strong"):
        assert contrast(colors["--on-accent"], colors[fill]) >= TEXT_CONTRAST


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("grade", range(1, 6))
def test_the_number_reads_on_the_fill_of_its_grade(scheme: str, grade: int) -> None:
    colors = SCHEMES[scheme]
    words = colors["--on-pale"] if grade <= 3 else colors["--on-dark"]
    assert contrast(words, colors[f"--grade-{grade}"]) >= TEXT_CONTRAST


def test_each_grade_is_clearly_darker_than_the_one_below_it() -> None:
    fills = [SCHEMES["light"][f"--grade-{grade}"] for grade in range(1, 6)]
    for paler, darker in itertools.pairwise(fills):
        assert luminance(darker) < luminance(paler)
        assert contrast(paler, darker) >= 1.4


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "drawn",
    ["--chart-crp", "--chart-dose", "--chart-ferritin", "--chart-soft", "--chart-temperature"],
)
def test_lines_of_the_chart_are_seen(scheme: str, drawn: str) -> None:
    colors = SCHEMES[scheme]
    assert contrast(colors[drawn], colors["--chart-paper"]) >= TEXT_CONTRAST


def test_no_style_sheet_but_the_tokens_names_a_color() -> None:
    named = {
        sheet.name: re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsl\(", sheet.read_text("utf-8"))
        for sheet in CSS.glob("*.css")
        if sheet.name not in ("tokens.css", "print.css")
    }
    assert {name: colors for name, colors in named.items() if colors} == {}


@pytest.mark.parametrize(
    ("result", "mark", "word", "label"),
    [
        (None, "–", "not assessed", "CRS not assessed (ASTCT 2019)"),
        (Result(), "–", "not gradable", "CRS not gradable (ASTCT 2019)"),
        (Result(grade=0), "0", "none", "CRS grade 0 (ASTCT 2019)"),
        (Result(grade=4), "4", "life-threatening", "CRS grade 4 (ASTCT 2019)"),
        (Result(grade=2, at_least=True), "≥2", "at least", "CRS at least grade 2 (ASTCT 2019)"),
        (
            Result(review=True, would_be=3),
            "3?",
            "review, would be 3",
            "CRS needs review, would be grade 3 (ASTCT 2019)",
        ),
        (
            Result(review=True, would_be=2, at_least=True),
            "≥2?",
            "review, would be ≥2",
            "CRS needs review, would be grade ≥2 (ASTCT 2019)",
        ),
    ],
)
def test_a_badge_says_the_grade_by_number_word_and_sentence(
    result: Result | None, mark: str, word: str, label: str
) -> None:
    shown = badge("CRS", "(ASTCT 2019)", result)
    assert (shown.mark, shown.word, shown.label) == (mark, word, label)
    assert label in badge_html(shown)


def test_every_grade_has_a_shape_of_its_own() -> None:
    sheet = (CSS / "components.css").read_text(encoding="utf-8")
    shapes = re.findall(r"\.badge--([2-5]) \{\s*--shape: ([^;]+);", sheet)
    assert [grade for grade, _ in shapes] == ["2", "3", "4", "5"]
    assert len({shape for _, shape in shapes}) == 4


BOX = re.compile(r'<div class="table-wrap[^>]*>')


def test_every_table_that_scrolls_in_its_own_box_has_a_name_and_can_be_scrolled_by_keyboard() -> (
    None
):
    pages = sorted((CSS.parents[1] / "templates").rglob("*.html"))
    boxes = [box for page in pages for box in BOX.findall(page.read_text(encoding="utf-8"))]
    boxes = [box for box in boxes if "matrix-wrap" not in box]  # its cells have the focus
    assert len(boxes) > 30
    nameless = [box for box in boxes if 'tabindex="0"' not in box or " aria-label" not in box]
    assert nameless == []
