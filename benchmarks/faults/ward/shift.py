"""What the nurses of one shift share: the patients, the entries so far, and every save."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from benchmarks.faults.saves import Fact, Save


@dataclass(frozen=True, slots=True)
class Target:
    """A course, and words by which its page is recognized."""

    uid: str
    mrn: str
    ward: str
    """The key of the ward where new patients are admitted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that was acknowledged, with the minute at which it begins."""

    target: Target
    section: str
    uid: str
    at: str
    is_run: bool = False


@dataclass(slots=True)
class Shift:
    """Counts saves up to `saves`; nobody begins another one then, or after the deadline."""

    saves: int
    deadline: float
    targets: list[Target]
    people: Mapping[str, str] = field(default_factory=dict)
    """The key of the account of each nurse at work, by user name."""
    noted: list[Save] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    _numbers: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next_number(self) -> int | None:
        """The number of another save; None where the shift is over."""
        with self._lock:
            if self._numbers >= self.saves or time.monotonic() > self.deadline or self.failures:
                return None
            self._numbers += 1
            return self._numbers

    def note(self, save: Save) -> None:
        with self._lock:
            self.noted.append(save)

    def add(self, target: Target | None = None, entries: tuple[Entry, ...] = ()) -> None:
        """What was acknowledged can be corrected, ended and struck out by everybody."""
        with self._lock:
            self.entries.extend(entries)
            if target is not None:
                self.targets.append(target)

    def target(self, chance: random.Random) -> Target:
        with self._lock:
            return chance.choice(self.targets)

    def take(self, chance: random.Random, fits: Callable[[Entry], bool]) -> Entry | None:
        """An entry for one nurse alone, or, one time in ten, for another one too."""
        with self._lock:
            fitting = [entry for entry in self.entries if fits(entry)]
            if not fitting:
                return None
            entry = chance.choice(fitting)
            if chance.random() > 0.1:
                self.entries.remove(entry)
            return entry


@dataclass(frozen=True, slots=True)
class Plan:
    """What a nurse is about to type, and what is to be stored of it."""

    kind: str
    address: str
    target: Target
    marker: str
    typed: dict[str, list[str]]
    wanted: Callable[[str], tuple[Fact, ...]]
    """Given the number of the form."""
    row: str = ""
    words: tuple[str, ...] = ()
    """What the sentence "Saved: …" says of this entry and of few others."""
    leaves: Callable[[str], tuple[Entry, ...]] = lambda _: ()
    """The entries that there are after it, given the number of the form."""
    has_script: bool = True
    """Whether the page sends its form by a script, where the browser has one."""
