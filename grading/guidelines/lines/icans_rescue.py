"""Lines of this part follow."""

from __future__ import annotations

from grading.guidelines.line import Line

ICANS_RESCUE_LINES: tuple[Line, ...] = ()
