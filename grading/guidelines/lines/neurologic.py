"""Lines of this part follow."""

from __future__ import annotations

from grading.guidelines.line import Line

NEUROLOGIC_LINES: tuple[Line, ...] = ()
