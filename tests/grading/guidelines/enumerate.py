"""The proof: every situation of the axes, and what must hold of its options.

`python -m tests.grading.guidelines.enumerate` goes through all of them on every processor, as
printed, and those with doses under a site that lowers every ceiling too. It prints how many
situations and options it looked at, and each kind of breach with its first example.
`… enumerate 5000 7` takes 5,000 at random, of seed 7.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from grading.guidelines.step import next_step
from grading.site_rules import SiteRules, site_rules
from tests.grading.guidelines.every_situation import (
    GROUPS,
    OF_DOSES,
    Groups,
    Ward,
    every_case,
    number_of,
    random_cases,
)
from tests.grading.guidelines.must_hold import breaches

LOWER = site_rules(
    {
        "local_rules": {
            "tocilizumab_total": 3,
            "tocilizumab_per_24_h": 2,
            "tocilizumab_interval_hours": 12,
        },
        "choices": {
            "tocilizumab_mg_per_kg": 6,
            "tocilizumab_small_mg_per_kg": 10,
            "tocilizumab_cap_mg": 600,
            "dexamethasone_mg": 8,
            "methylprednisolone_mg": 500,
            "anakinra_mg_per_kg_a_day": 8,
            "etoposide_high_mg_per_m2": 75,
            "adult_doses_from_kg": 50,
        },
        "words": {"crs_icu": "Intensive care can be asked for, phone 5566"},
    }
)
SITES = {"as printed": SiteRules(), "a site that lowers": LOWER}


@dataclass(slots=True)
class Looked:
    """What was looked at, and the breaches: how often each, and its first case."""

    situations: int = 0
    options: int = 0
    lines: Counter[str] = field(default_factory=Counter)
    breaches: Counter[str] = field(default_factory=Counter)
    first: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def add(self, other: Looked) -> None:
        """Count what another process looked at."""
        self.situations += other.situations
        self.options += other.options
        self.lines += other.lines
        self.breaches += other.breaches
        self.first = {**other.first, **self.first}


def look(cases: Iterable[Mapping[str, Any]], site: SiteRules) -> Looked:
    """Build each situation under the rules of a site and look at its options."""
    looked, ward = Looked(), Ward(site)
    for case in cases:
        situation = ward.situation(case)
        options = next_step(situation, site.words)
        looked.situations += 1
        looked.options += len(options)
        looked.lines.update(option.code for option in options)
        for breach in breaches(situation, options):
            looked.breaches[breach] += 1
            looked.first.setdefault(breach, case)
    return looked


def _part(site: SiteRules, groups: Groups, parts: int, part: int) -> Looked:
    return look(islice(every_case(groups), part, None, parts), site)


def main(arguments: list[str]) -> int:
    """Look at all, or at so many of a seed; the exit code is 1 where anything is breached."""
    worst = 0
    for name, site in SITES.items():
        began = time.monotonic()
        if arguments:
            number, seed = map(int, arguments)
            looked = look(random_cases(seed, number), site)
        else:
            looked, parts = Looked(), 4 * (os.cpu_count() or 1)
            groups = GROUPS if site == SiteRules() else OF_DOSES
            with ProcessPoolExecutor() as pool:
                for part in pool.map(partial(_part, site, groups, parts), range(parts)):
                    looked.add(part)
            assert looked.situations == number_of(groups)
        seconds = time.monotonic() - began
        print(
            f"{name}: {looked.situations:,} situations, {looked.options:,} options of "
            f"{len(looked.lines)} lines in {seconds:,.0f} s, "
            f"{len(looked.breaches)} kinds of breach",
            flush=True,
        )
        for breach, times in looked.breaches.most_common():
            print(f"  {times:,} × {breach}\n      {_unusual(looked.first[breach])}")
            worst = 1
    return worst


def _unusual(case: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in case.items() if value not in (None, False))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
