"""Two accounts of one thing beside each other, key by key; what differs is counted and shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SHOWN = 12
Account = dict[str, Any]


@dataclass
class Differences:
    """How many were compared, how many differ, and one example of each kind of difference."""

    name: str
    compared: int = 0
    differ: int = 0
    examples: dict[Any, list[str]] = field(default_factory=dict)

    def add(self, engine: Account | None, oracle: Account | None, row: Any) -> None:
        """Count a row; only what the oracle speaks of is compared."""
        self.compared += 1
        if engine is None or oracle is None:
            wrong = [] if engine is oracle else [("there", engine is not None, oracle is not None)]
        else:
            wrong = [
                (key, engine.get(key), value)
                for key, value in oracle.items()
                if engine.get(key) != value
            ]
        if wrong:
            self.differ += 1
            lines = [f"    {key}: engine {one!r}, oracle {two!r}" for key, one, two in wrong]
            kind = tuple((key, str(one), str(two)) for key, one, two in wrong)
            if len(self.examples) < SHOWN:
                self.examples.setdefault(kind, [f"  {row}", *lines])

    def __str__(self) -> str:
        first = f"{self.name}: {self.compared:,} compared, {self.differ:,} differ"
        return "\n".join([first, *(line for lines in self.examples.values() for line in lines)])
