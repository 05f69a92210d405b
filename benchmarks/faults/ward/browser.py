"""A browser of a nurse: cookies, forms, redirects; its connection can be cut after a form is sent.

It speaks to gunicorn as the reverse proxy does, and writes the headers that the proxy adds.
"""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from benchmarks.faults.machine.servers import HOST
from benchmarks.faults.ward.pages import Page, Values

TIMEOUT_S = 20
"""After so many seconds the page itself gives up waiting for an answer."""
LONGEST_CHAIN = 5
LOGIN, LOGOUT = "/accounts/login/", "/accounts/logout/"
NO_ANSWER = (OSError, http.client.HTTPException)


@dataclass(frozen=True, slots=True)
class Received:
    """An answer as it came."""

    status: int
    text: str
    goes_to: str
    """The path to which it sends the browser, by redirect or by htmx; else empty."""

    @property
    def page(self) -> Page:
        return Page(self.text)


class Browser:
    """The tabs of one browser, which share their cookies."""

    def __init__(self, port: int, address: str) -> None:
        self.port, self.address = port, address
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[str, Received]:
        """Open a page and follow redirects; the path where they ended, and the answer."""
        for _ in range(LONGEST_CHAIN):
            received = self._ask("GET", path, {}, "")
            if not received.goes_to:
                break
            path = received.goes_to
        return path, received

    def post(
        self, path: str, values: Values, *, by_script: bool, cut_after_s: float | None = None
    ) -> Received | None:
        """Send a form as the page does with or without a script; None where the answer was cut."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{HOST}"}
        if by_script:
            values = {name: of for name, of in values.items() if name != "csrfmiddlewaretoken"}
            token = self.cookies.get("__Host-csrftoken", "")
            headers |= {"HX-Request": "true", "X-CSRFToken": token, "Sec-Fetch-Mode": "cors"}
        body = urlencode(values, doseq=True)
        if cut_after_s is None:
            return self._ask("POST", path, headers, body)
        connection = self._send("POST", path, headers, body)
        time.sleep(cut_after_s)
        connection.close()
        return None

    def _send(
        self, method: str, path: str, headers: dict[str, str], body: str
    ) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {
            "Host": HOST,
            "X-Forwarded-For": self.address,
            "X-Forwarded-Proto": "https",
            "Referer": f"https://{HOST}{path}",
            "Sec-Fetch-Mode": "navigate",
            "Cookie": cookies,
            "Connection": "close",
        }
        try:
            connection.request(method, path, body=body or None, headers=sent | headers)
        except BaseException:
            connection.close()
            raise
        return connection

    def _ask(self, method: str, path: str, headers: dict[str, str], body: str) -> Received:
        connection = self._send(method, path, headers, body)
        try:
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if not morsel.value:
                    del self.cookies[name]
        goes_to = response.headers.get("HX-Redirect") or response.headers.get("Location") or ""
        parts = urlsplit(goes_to)
        if goes_to and not parts.path:
            raise http.client.HTTPException(f"a redirect to {goes_to}")
        return Received(
            response.status, text, parts.path + (f"?{parts.query}" if parts.query else "")
        )

    # Sessions

    def sign_in(self, name: str, password: str) -> bool:
        """Sign in on the page for it; False where it did not come or did not let them in."""
        forms = [form for form in self.get(LOGIN)[1].page.forms if "login" in form.values]
        if not forms:
            return False
        values = forms[0].values | {"login": [name], "password": [password]}
        answer = self.post(LOGIN, values, by_script=False)
        return answer is not None and answer.status == 302

    def sign_out_from(self, page: Page) -> None:
        """Sign out on a page that asks whether to; nothing on a page that does not."""
        for form in page.forms:
            if form.action == LOGOUT and "csrfmiddlewaretoken" in form.values:
                self.post(LOGOUT, form.values, by_script=False)
                return
