"""What a page must hold at every size and in both color schemes (WCAG 2.2, A and AA).

One visit looks at all of it: the window is resized and the scheme changed, the page stays as it is.
CARTOX_PICTURES names a folder; the pages visited are photographed there, for the eye.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

SIZES: dict[str, ViewportSize] = {
    "desk": {"width": 1366, "height": 768},
    "tablet": {"width": 820, "height": 1180},
    "desk at twice the size": {"width": 683, "height": 384},
    "phone": {"width": 390, "height": 844},
}
"""In CSS pixels."""
WALKED = ("desk at twice the size", "phone")
"""Where every stop of the focus is looked at: of the main pages at both, of others on the phone."""
SCHEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")
PICTURES = os.environ.get("CARTOX_PICTURES")
LOOKING = (Path(__file__).parent / "looking.js").read_text(encoding="utf-8")

Looks = dict[str, list[str]]
"""The pairs of ink and paper that were judged already, by scheme."""


def faults_of(page: Page, name: str, looks: Looks, walked: tuple[str, ...] = WALKED) -> list[str]:
    """What this page, as it stands, does not hold."""
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(f"() => {{ {AXE_SCRIPT}\n{LOOKING} }}")
    faults = []
    for size, window in SIZES.items():
        page.set_viewport_size(window)
        here = page.evaluate("[...looking.sideways(), ...looking.boxes()]")
        if size in walked:
            page.evaluate("looking.drawn()")
            here += page.evaluate("looking.stops()")
        if size == "phone":
            here += page.evaluate("looking.small()")
        faults += [f"{size}: {fault}" for fault in here]
    photograph(page, name)
    page.set_viewport_size(SIZES["desk"])
    faults += page.evaluate("looking.judged()")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        colors = page.evaluate("(known) => looking.contrast(known)", looks.setdefault(scheme, []))
        looks[scheme] += colors["looks"]
        faults += [f"{scheme}: {fault}" for fault in colors["faults"]]
    return faults


def photograph(page: Page, name: str) -> None:
    """Pictures of the page at each size in both schemes, where a folder is named."""
    if PICTURES is None:
        return
    file = re.sub(r"\W+", "-", name)
    Path(PICTURES).mkdir(parents=True, exist_ok=True)
    for size, window in SIZES.items():
        page.set_viewport_size(window)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=Path(PICTURES) / f"{file}-{size}-{scheme}.png")
