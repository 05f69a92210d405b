"""Random faults at the bedside in Chromium, against the server: `python -m benchmarks.walks`.

Two nurses at two tablets with three patients type, save, lose requests and answers, go off-line,
sign out, change, close and crash pages. After each act, and at the end, what is stored and what is
offered is compared with a plain model: nothing lost, doubled, crossed, sent by itself, or signed by
another. Runs on a new database; exits with 1 where something differs.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

A_WALK = 50
"""Faults of one walk; the next has new patients, nurses and tablets."""


@contextmanager
def _server() -> Iterator[str]:
    from django.conf import settings
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.db import connections
    from django.test.testcases import LiveServerThread

    settings.ALLOWED_HOSTS = ["localhost"]
    settings.LOCK_SECONDS = settings.IDLE_SECONDS = 0  # a page is closed by the walk alone
    connections["default"].settings_dict["CONN_MAX_AGE"] = 0
    thread: Any = LiveServerThread("localhost", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error is not None:
        raise thread.error
    try:
        yield f"http://localhost:{thread.port}"
    finally:
        thread.terminate()


def _walks(asked: argparse.Namespace) -> bool:
    from playwright.sync_api import sync_playwright

    from benchmarks.databases import new_database, where_and_when
    from benchmarks.walks.walk import Walk
    from patients.drafts import keeping
    from scripts.chromium import ABSENT, FLAGS, chromium_path

    path = chromium_path()
    if path is None:
        sys.exit(ABSENT)
    keeping.MOST_A_MINUTE = 10_000  # nurses here are quicker than people
    faults: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    wrong: list[str] = []
    entries, began, number = 0, time.monotonic(), 0
    with new_database(), _server() as url, sync_playwright() as playwright:
        print(f"seed {asked.seed}; {where_and_when()}", flush=True)
        browser = playwright.chromium.launch(executable_path=str(path), args=[*FLAGS])
        while (left := asked.faults - sum(faults.values())) > 0:
            if time.monotonic() - began > asked.minutes * 60:
                break
            walk = Walk(browser, url, f"{asked.seed}-{number}")
            walk.run(min(left, A_WALK))
            faults, failed = faults + walk.faults, failed + walk.failed
            entries, number = entries + len(walk.book.entries), number + 1
            wrong += [f"walk {walk.seed}: {each}" for each in walk.wrong]
            seconds = time.monotonic() - began
            print(f"{sum(faults.values()):>6} faults {seconds:>6.0f} s", *walk.wrong, flush=True)
        browser.close()
    print(f"{entries} entries; faults: {dict(faults)}")
    print(f"acts that a page did not let them do: {dict(failed)}")
    print(f"differences from the model: {len(wrong)}", *wrong, sep="\n")
    return not wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--minutes", type=float, default=60, help="begin no walk after so many")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartox_site.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright has an event loop here
    import django

    django.setup()
    sys.exit(0 if _walks(asked) else 1)


if __name__ == "__main__":
    main()
