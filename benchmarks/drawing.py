"""Times at which a browser draws a page: headless Chromium, every page from an empty cache.

Chromium's headless shell where it is installed, as in `.ci/run`: the new headless mode of the
whole browser spends more on the windows around a page than on pages.

Both arms are served by one server within this process, over loopback, uncompressed and not
throttled. The full Plotly bundle is the one inside the Python package, served under the address
of ours. A page without scripts carries a header that forbids them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import plotly
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import reverse

from benchmarks.arms import REPETITIONS, Measured
from benchmarks.pages import browser_of, course_shown
from patients.models import User
from scripts.chromium import ABSENT, FLAGS, chromium_path

OUR_BUNDLE = "static/vendor/plotly-basic.min.js"
FULL_BUNDLE = "package_data/plotly.min.js"
NO_SCRIPTS = ("Content-Security-Policy", "script-src 'none'")
LONGEST = 120
"""Seconds until a page is given up."""

WHEN_SHOWN = """selector => {
    const look = () => {
        if (window.shownAt !== undefined || !document.querySelector(selector)) return;
        window.shownAt = null;
        requestAnimationFrame(() => setTimeout(() => (window.shownAt = performance.now())));
    };
    new MutationObserver(look).observe(document, {
        childList: true, subtree: true, attributes: true,
    });
}"""
"""Notes in `shownAt` the ms from the start of the navigation until what is looked for is shown."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Print nothing for a request."""


def _with_bundle(application: Any, bundle: bytes) -> Any:
    """Our application, but for the bundle; without scripts where the query asks for that."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"].endswith(Path(OUR_BUNDLE).name):
            start("200 OK", [("Content-Type", "text/javascript")])
            return [bundle]

        def forbidding(status: str, headers: list[Any], *rest: Any) -> Any:
            return start(status, [*headers, NO_SCRIPTS], *rest)

        bare = environ["QUERY_STRING"] == "without-scripts"
        try:
            return list(application(environ, forbidding if bare else start))
        finally:
            connections.close_all()  # every request has a thread of its own, which ends here

    return answer


@contextmanager
def _served(bundle: Path) -> Iterator[str]:
    application = _with_bundle(get_wsgi_application(), bundle.read_bytes())
    server = make_server("127.0.0.1", 0, application, _Server, _Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def drawn(nurse: User) -> Iterator[Measured]:
    """The chart's timeline with either bundle; its grades, and an empty page, without scripts."""
    from playwright.sync_api import sync_playwright

    chromium = chromium_path()
    if chromium is None:
        raise SystemExit(ABSENT)
    cookie = browser_of(nurse).cookies[settings.SESSION_COOKIE_NAME]
    chart = reverse("chart", kwargs={"uid": course_shown().uid})
    ours = Path(settings.BASE_DIR) / OUR_BUNDLE
    full = Path(plotly.__file__).parent / FULL_BUNDLE
    with sync_playwright() as playwright, _served(ours) as here, _served(full) as beside:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)

        def shown(address: str, selector: str) -> float:
            context = browser.new_context()
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": here}])
            page = context.new_page()
            page.add_init_script(f"({WHEN_SHOWN})({selector!r})")
            page.goto(address, wait_until="commit")
            until = time.monotonic() + LONGEST
            while not (took := page.evaluate("window.shownAt || 0")):  # wait_for would need eval
                if time.monotonic() > until:
                    raise TimeoutError(f"{address} never showed {selector}")
                time.sleep(0.02)
            context.close()
            return float(took)

        def arms(selectors: tuple[str, str], addresses: tuple[str, str]) -> list[list[float]]:
            pairs = list(zip(addresses, selectors, strict=True))
            for address, selector in pairs:
                shown(address, selector)  # warm: the server's templates, the browser itself
            turns = [[shown(*pair) for pair in pairs] for _ in range(REPETITIONS)]
            return [list(took) for took in zip(*turns, strict=True)]

        plot = "#timeline-plot[data-drawn]"
        mine, its = arms((plot, plot), (here + chart, beside + chart))
        yield Measured("chart drawn, cold", 0.45, mine, "with the full Plotly bundle", its)
        without = "?without-scripts"
        mine, its = arms(
            ("#chart-headline ~ *", "main"), (here + chart + without, f"{here}/empty/{without}")
        )
        yield Measured("grades readable, no script run", 1.5, mine, "empty page", its)
        browser.close()
