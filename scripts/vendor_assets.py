#!/usr/bin/env python3
"""Make static/vendor/ again: the files that other people wrote and that we serve ourselves.

Run    python scripts/vendor_assets.py
Needs  npm (only to fetch the packages named below) and Chromium (CARTOX_CHROMIUM or on the path).

Nothing here is edited by hand. Plotly puts its style rules into the page by script, which our
content security policy refuses; so the bundle is run once in headless Chromium, its rules are
written to plotly.css, and the chart page links that file under the id that Plotly looks for.
"""

from __future__ import annotations

import hashlib
import html
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"


@dataclass(frozen=True)
class Package:
    """One npm package: which file we take, what we call it, and under which licence."""

    name: str
    version: str
    licence: str
    takes: str
    purpose: str


PLOTLY = Package(
    "plotly.js-basic-dist-min", "4.1.1", "MIT", "plotly-basic.min.js", "draws the timeline"
)
IDIOMORPH = Package(
    "idiomorph", "0.8.0", "0BSD", "dist/idiomorph-ext.min.js", "changes board rows in place"
)
LUCIDE = Package("lucide-static", "1.62.0", "ISC", "icons", "icons")

ICONS = (
    "arrow-down",
    "arrow-left",
    "arrow-right",
    "arrow-up",
    "arrow-up-down",
    "bed",
    "book-open",
    "check",
    "chevron-down",
    "circle-alert",
    "circle-question-mark",
    "clock",
    "clipboard-plus",
    "eraser",
    "flask-conical",
    "info",
    "lock",
    "log-out",
    "pencil",
    "plus",
    "refresh-cw",
    "search",
    "syringe",
    "triangle-alert",
    "user",
    "wifi-off",
    "x",
)

STYLE_PAGE = """<!doctype html><meta charset="utf-8"><body>
<div id="chart"></div><pre id="rules"></pre>
<script src="plotly-basic.min.js"></script><script>
Plotly.newPlot("chart", [{x: [0, 1], y: [0, 1]}]).then(function () {
  var rules = Array.from(document.getElementById("plotly.js-style-global").sheet.cssRules);
  document.getElementById("rules").textContent =
    rules.reverse().map(function (rule) { return rule.cssText; }).join("\\n");
});</script>"""


def main() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        plotly = unpack(PLOTLY, Path(scratch))
        idiomorph = unpack(IDIOMORPH, Path(scratch))
        lucide = unpack(LUCIDE, Path(scratch))
        copy(plotly, PLOTLY)
        copy(idiomorph, IDIOMORPH)
        copy_licence(lucide, LUCIDE)
        (VENDOR / "icons.svg").write_text(sprite(lucide / "icons"), encoding="utf-8")
        (VENDOR / "plotly.css").write_text(style_rules(plotly), encoding="utf-8")
    (VENDOR / "VENDOR.md").write_text(listing(), encoding="utf-8")


def unpack(package: Package, scratch: Path) -> Path:
    """Fetch one package with npm and give the folder of its files."""
    folder = scratch / package.name
    folder.mkdir()
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    with tarfile.open(folder / packed) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def copy(unpacked: Path, package: Package) -> None:
    shutil.copyfile(unpacked / package.takes, VENDOR / Path(package.takes).name)
    copy_licence(unpacked, package)


def copy_licence(unpacked: Path, package: Package) -> None:
    text = (unpacked / "LICENSE").read_text(encoding="utf-8")
    (VENDOR / f"LICENSE-{package.name}.txt").write_text(text.strip() + "\n", encoding="utf-8")


def sprite(folder: Path) -> str:
    """One SVG file with a symbol per icon; color and stroke come from the page."""
    symbols = [symbol(name, (folder / f"{name}.svg").read_text(encoding="utf-8")) for name in ICONS]
    opening = f"<!-- lucide-static {LUCIDE.version}, {LUCIDE.licence}, see VENDOR.md -->"
    body = "\n".join(symbols)
    return f'{opening}\n<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'


def symbol(name: str, svg: str) -> str:
    shapes = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    if shapes is None:
        raise SystemExit(f"The icon {name} is not an SVG file.")
    inner = " ".join(shapes.group(1).split())
    return f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>'


def style_rules(plotly: Path) -> str:
    """Draw one plot in Chromium and read back the rules that the script put into the page."""
    page = plotly / "page.html"
    page.write_text(STYLE_PAGE, encoding="utf-8")
    dump = subprocess.run(
        [
            chromium(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--virtual-time-budget=10000",
            "--dump-dom",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    rules = re.search(r'<pre id="rules">(.*?)</pre>', dump, re.DOTALL)
    if rules is None or not rules.group(1).strip():
        raise SystemExit("Plotly did not draw, so its style rules could not be read.")
    package = f"{PLOTLY.name} {PLOTLY.version}, {PLOTLY.licence}"
    opening = f"/* The style rules of {package}, read back from the page. */"
    return f"{opening}\n{html.unescape(rules.group(1)).strip()}\n"


def chromium() -> str:
    path = (
        os.environ.get("CARTOX_CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("google-chrome")
    )
    if not path:
        raise SystemExit("Chromium was not found. Install it or set CARTOX_CHROMIUM.")
    return path


def listing() -> str:
    """VENDOR.md: every file with package, version, licence and hash."""
    made_from = {
        Path(PLOTLY.takes).name: PLOTLY,
        "plotly.css": PLOTLY,
        Path(IDIOMORPH.takes).name: IDIOMORPH,
        "icons.svg": LUCIDE,
    }
    rows = "\n".join(row(file, package) for file, package in made_from.items())
    return (
        "# Vendored files\n\n"
        "Made by `python scripts/vendor_assets.py`; never edited by hand. htmx is not here:\n"
        "it comes inside django-htmx.\n\n"
        "| File | Package | Version | Licence | What for | sha256 |\n"
        "|---|---|---|---|---|---|\n"
        f"{rows}\n\n"
        "The licence texts stand beside the files as `LICENSE-<package>.txt`. `plotly.css` holds\n"
        "the style rules that the bundle would put into the page by script; `icons.svg` is a\n"
        f"sprite of {len(ICONS)} icons.\n"
    )


def row(file: str, package: Package) -> str:
    digest = hashlib.sha256((VENDOR / file).read_bytes()).hexdigest()
    return (
        f"| {file} | {package.name} | {package.version} | {package.licence} "
        f"| {package.purpose} | {digest} |"
    )


if __name__ == "__main__":
    main()
