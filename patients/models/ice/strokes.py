"""Handwriting as strokes: what may be stored, and the picture that is drawn of it.

A stroke is a list of points [x, y, t]: whole numbers in a box of 1000 by 300, and milliseconds
since the first touch. How it was written, its tremor and its pauses, can be seen again; no score is
made of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

WIDTH, HEIGHT = 1000, 300
LONGEST_MS = 3_600_000
MOST_STROKES = 200
MOST_POINTS = 20_000
MOST_CHARACTERS = 200_000

Strokes = list[list[list[int]]]

NOT_WHOLE = "The handwriting did not arrive whole. Let the patient write again."
TOO_LONG = "The handwriting is too long to be stored. One sentence is enough: write again."


class UnusableStrokes(ValueError):
    """What arrived is no handwriting; the text says so to the nurse."""


def read_strokes(text: str) -> Strokes | None:
    """The strokes of a text of JSON; None where nothing was written."""
    if not text.strip():
        return None
    if len(text) > MOST_CHARACTERS:
        raise UnusableStrokes(TOO_LONG)
    try:
        strokes = json.loads(text)
    except (ValueError, RecursionError):
        raise UnusableStrokes(NOT_WHOLE) from None
    check_strokes(strokes)
    return strokes or None


def check_strokes(strokes: Any) -> None:
    """Refuse what is no list of strokes, or too long."""
    if not isinstance(strokes, list):
        raise UnusableStrokes(NOT_WHOLE)
    if len(strokes) > MOST_STROKES:
        raise UnusableStrokes(TOO_LONG)
    points = 0
    for stroke in strokes:
        if not isinstance(stroke, list) or not stroke or not all(map(_is_point, stroke)):
            raise UnusableStrokes(NOT_WHOLE)
        points += len(stroke)
    if points > MOST_POINTS or len(as_text(strokes)) > MOST_CHARACTERS:
        raise UnusableStrokes(TOO_LONG)


def _is_point(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) == 3
        and all(
            type(number) is int and 0 <= number <= most
            for number, most in zip(point, (WIDTH, HEIGHT, LONGEST_MS), strict=True)
        )
    )


def as_text(strokes: Strokes) -> str:
    """The strokes as the form sends them."""
    return json.dumps(strokes, separators=(",", ":"))


def path_of(strokes: Strokes, *, scale: int = 1, most_points: int = MOST_POINTS) -> str:
    """The data of an SVG path, in a box that is `scale` times smaller.

    Where there are more points than `most_points`, each stroke keeps its ends and some between.
    """
    total = sum(map(len, strokes))
    step = max(1, -(-total // most_points))
    return "".join(_path_of_stroke(_thinned(stroke, step), scale) for stroke in strokes)


def _thinned(stroke: Sequence[list[int]], step: int) -> Iterator[list[int]]:
    for place, point in enumerate(stroke):
        if place % step == 0 or place == len(stroke) - 1:
            yield point


def _path_of_stroke(points: Iterator[list[int]], scale: int) -> str:
    """Begin at the first point and go on by differences; a dot is a line without length."""
    places = [(x // scale, y // scale) for x, y, _ in points]
    (x, y), *others = places
    data = [f"M{x} {y}l"]
    for right, down in others:
        if (right, down) != (x, y):
            data.append(f"{right - x} {down - y} ")
            x, y = right, down
    return "".join(data).rstrip() if len(data) > 1 else f"{data[0]}0 0"
