"""Lines of this part follow."""

from __future__ import annotations

from grading.guidelines.line import Line

LATE_LINES: tuple[Line, ...] = ()
