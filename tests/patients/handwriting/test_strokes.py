"""Strokes: what is stored, what is refused with a sentence, and the picture drawn of them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.models.ice.strokes import (
    HEIGHT,
    LONGEST_MS,
    MOST_CHARACTERS,
    MOST_POINTS,
    MOST_STROKES,
    WIDTH,
    UnusableStrokes,
    as_text,
    path_of,
    read_strokes,
)

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
)


@pytest.mark.parametrize("text", ["", "  ", "[]"])
def test_nothing_written_is_no_handwriting(text: str) -> None:
    assert read_strokes(text) is None


@pytest.mark.parametrize("point", [[0, 0, 0], [WIDTH, HEIGHT, LONGEST_MS]])
def test_a_point_in_the_box_is_stored_as_it_was_sent(point: list[int]) -> None:
    assert read_strokes(as_text([[point]])) == [[point]]


@pytest.mark.parametrize(
    "point",
    [
        [-1, 0, 0],
        [WIDTH + 1, 0, 0],
        [0, HEIGHT + 1, 0],
        [0, 0, LONGEST_MS + 1],
        [0, 0],
        [0, 0, 0, 0],
        [0.5, 0, 0],
        [True, 0, 0],
        ["1", 0, 0],
        None,
    ],
)
def test_any_other_point_is_refused(point: Any) -> None:
    with pytest.raises(UnusableStrokes, match="did not arrive whole"):
        read_strokes(json.dumps([[point]]))


@pytest.mark.parametrize(
    "text", ["{}", "[[]]", "[[[1,2,3]]", "1", "[" * 9_000, "9" * 9_000, '"\0"']
)
def test_what_is_no_list_of_strokes_is_refused(text: str) -> None:
    with pytest.raises(UnusableStrokes, match="did not arrive whole"):
        read_strokes(text)


def test_the_most_strokes_and_points_are_stored_and_one_more_is_refused() -> None:
    dot = [[1, 1, 1]]
    assert read_strokes(as_text([dot] * MOST_STROKES)) is not None
    assert read_strokes(as_text([[dot[0]] * MOST_POINTS])) is not None
    for strokes in ([dot] * (MOST_STROKES + 1), [[dot[0]] * (MOST_POINTS + 1)]):
        with pytest.raises(UnusableStrokes, match="too long"):
            read_strokes(as_text(strokes))
    with pytest.raises(UnusableStrokes, match="too long"):
        read_strokes(" " + "[" + " " * MOST_CHARACTERS + "]")


@given(st.text() | ANY_JSON.map(lambda value: json.dumps([value])))
def test_whatever_is_sent_is_read_or_refused(text: str) -> None:
    try:
        strokes = read_strokes(text)
    except UnusableStrokes:
        return
    assert strokes is None or read_strokes(as_text(strokes)) == strokes


def test_a_stroke_is_drawn_from_its_first_point_on() -> None:
    assert path_of([[[10, 20, 0], [13, 18, 9], [13, 18, 12], [12, 18, 20]]]) == "M10 20l3 -2 -1 0"
    assert path_of([[[10, 20, 0]], [[8, 8, 5], [16, 8, 9]]], scale=4) == "M2 5l0 0M2 2l2 0"


def test_a_long_sentence_on_the_chart_keeps_the_ends_of_its_strokes_and_few_points() -> None:
    line = [[x, 100 + x % 7, x] for x in range(WIDTH)]
    short = path_of([line, line], scale=4, most_points=400)
    assert short.startswith("M0 25l")
    assert short.count("M") == 2
    assert len(short) < 2_500
