"""A progress bar in one line of a terminal; nothing is written where there is no terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

Counted = TypeVar("Counted")

BAR_WIDTH = 30
CLEAR_LINE = "\r\033[K"


class ProgressBar:
    """Draws over the last line of a command's `stderr`. `shown` is by default "on a terminal"."""

    def __init__(self, stream: Any, *, shown: bool | None = None) -> None:
        self.stream = stream
        self.shown = stream.isatty() if shown is None else shown
        self._is_drawn = False

    def through(self, steps: Sequence[Counted], doing: str) -> Iterator[Counted]:
        """The steps one by one, with a bar where there are several of them."""
        if len(steps) < 2:
            yield from steps
            return
        try:
            for done, step in enumerate(steps):
                self.draw(doing, done / len(steps), f"{done} of {len(steps)}")
                yield step
        finally:
            self.clear()

    def draw(self, doing: str, share: float | None, detail: str) -> None:
        """Draw the work in words, the share that is done (None where unknown), and a detail."""
        filled = 0 if share is None else int(BAR_WIDTH * share)
        bar = "" if share is None else f"[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] "
        self._write(f"{CLEAR_LINE}{doing} {bar}{detail}")
        self._is_drawn = True

    def clear(self) -> None:
        """Take the bar away, before a line is written or at the end."""
        if self._is_drawn:
            self._write(CLEAR_LINE)
            self._is_drawn = False

    def _write(self, text: str) -> None:
        if self.shown:
            self.stream.write(text, str, ending="")  # `str`: not in the red of errors
            self.stream.flush()
