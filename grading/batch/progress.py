"""How far a long input has been read, in one line of a terminal; nothing where nobody looks."""

from __future__ import annotations

import time
from typing import IO, Any

WIDTH = 30
CLEAR_LINE = "\r\033[K"
EVERY_SECONDS = 0.2
MEGABYTE = 1_000_000


class Meter:
    """Counts bytes and assessments up to a total in bytes; `total` None where nobody knows it."""

    def __init__(self, stream: IO[Any], total: int | None, *, shown: bool) -> None:
        self.stream = stream
        self.total = total
        self.shown = shown
        self.read = 0
        self.assessments = 0
        self._began = time.monotonic()
        self._drawn = 0.0

    def add(self, read: int, assessments: int) -> None:
        """So much more is done."""
        self.read += read
        self.assessments += assessments
        now = time.monotonic()
        if self.shown and now - self._drawn >= EVERY_SECONDS:
            self._drawn = now
            self.stream.write(f"{CLEAR_LINE}grading {self.text(now - self._began)}")
            self.stream.flush()

    def text(self, seconds: float) -> str:
        """The bar, how many assessments, and how many of them a second."""
        rate = self.assessments / seconds if seconds else 0.0
        counted = f"{self.assessments:,} assessments, {rate:,.0f}/s"
        if not self.total:
            return f"{self.read / MEGABYTE:,.0f} MB, {counted}"
        share = min(1.0, self.read / self.total)
        filled = int(WIDTH * share)
        return f"[{'#' * filled}{'.' * (WIDTH - filled)}] {share:4.0%}, {counted}"

    def clear(self) -> None:
        """Take the bar away."""
        if self.shown and self._drawn:
            self.stream.write(CLEAR_LINE)
            self.stream.flush()
