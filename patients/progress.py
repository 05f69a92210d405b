"""A progress bar for commands, in one line of a terminal; nothing where nobody looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")

WIDTH = 30
CLEAR_LINE = "\r\033[K"


class Bar:
    """Counts through items on a stream such as a command's `stderr`."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.shown = False

    def through(self, items: Sequence[Item], doing: str) -> Iterator[Item]:
        """The items one by one, with a bar where there are several and a person looks."""
        self.shown = len(items) > 1 and self.stream.isatty()
        try:
            for done, item in enumerate(items):
                self._write(f"{CLEAR_LINE}{doing} {drawn(done, len(items))}")
                yield item
        finally:
            self.clear()

    def clear(self) -> None:
        """Take the bar away, before a line is written or at the end."""
        self._write(CLEAR_LINE)

    def _write(self, text: str) -> None:
        if self.shown:
            self.stream.write(text, str, ending="")  # `str`: not in the red of errors
            self.stream.flush()


def drawn(done: int, total: int) -> str:
    """The bar itself: filled part, and how many of how many."""
    filled = WIDTH * done // total
    return f"[{'#' * filled}{'.' * (WIDTH - filled)}] {done} of {total}"
