"""The files that other people wrote are the ones we say they are, and small enough."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
CHART_SCRIPT_BYTES = 405_000
"""gzip, bundle and our module together: what a tablet on ward Wi-Fi loads before the timeline."""


def listed_files():
    rows = re.findall(
        r"^\| (\S+) \| (\S+) \| (\S+) \| .* \| ([0-9a-f]{64}) \|$",
        (VENDOR / "VENDOR.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return {file: (package, version, digest) for file, package, version, digest in rows}


LISTED = listed_files()


@pytest.mark.parametrize("file", sorted(LISTED))
def test_a_vendored_file_is_the_one_that_was_listed(file):
    package, _, digest = LISTED[file]
    assert hashlib.sha256((VENDOR / file).read_bytes()).hexdigest() == digest
    assert (VENDOR / f"LICENSE-{package}.txt").read_text(encoding="utf-8").strip()


def test_every_vendored_file_is_listed():
    files = {path.name for path in VENDOR.iterdir()}
    assert {name for name in files if not name.startswith("LICENSE-")} == {*LISTED, "VENDOR.md"}


def test_the_chart_script_is_the_version_that_the_figures_are_checked_against():
    from plotly.offline import get_plotlyjs_version

    assert LISTED["plotly-basic.min.js"][1] == get_plotlyjs_version()


def test_the_chart_script_stays_small():
    scripts = [VENDOR / "plotly-basic.min.js", ROOT / "static" / "js" / "timeline.js"]
    assert (
        sum(len(gzip.compress(script.read_bytes(), 9)) for script in scripts) <= CHART_SCRIPT_BYTES
    )


def test_every_icon_in_a_template_is_in_the_sprite():
    sprite = (VENDOR / "icons.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    used = {
        name
        for template in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'{% icon "([^"]+)"', template.read_text(encoding="utf-8"))
    }
    assert used <= drawn
