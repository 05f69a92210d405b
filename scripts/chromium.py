"""Where Chromium is on this computer: for browser tests, benchmarks and screenshots alike.

CARTOX_CHROMIUM names one; else it is looked for on the path. Nothing downloads one.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
"""As they are named on the path, the quickest first: the shell has no windows around a page."""

FLAGS = (
    "--no-sandbox",  # tests may run as root, where Chromium has no sandbox
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)

ABSENT = "Chromium is not on the path and CARTOX_CHROMIUM does not name it"


def chromium_path() -> Path | None:
    """The program, None where there is none."""
    path = os.environ.get("CARTOX_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    return Path(path) if path and Path(path).exists() else None
