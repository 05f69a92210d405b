"""Cartox served by gunicorn as docs/running.md says, asked over a socket."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cartox_site.test_settings import PRODUCTION, ROOT, clean_environment

HTTPS = "X-Forwarded-Proto: https"
FORM = "Content-Type: application/x-www-form-urlencoded"
MULTIPART = "Content-Type: multipart/form-data; boundary=cut"


@contextmanager
def served(temp: Path, **environment: str) -> Iterator[int]:
    """A gunicorn of its own, with its own folder for temporary files; the port it listens on."""
    temp.mkdir()
    gunicorn = [Path(sys.executable).with_name("gunicorn"), "--config", "cartox_site/gunicorn.py"]
    server = subprocess.Popen(
        [*map(str, gunicorn), "--bind", "127.0.0.1:0", "--workers", "1"],
        cwd=ROOT,
        env=clean_environment() | PRODUCTION | {"TMPDIR": str(temp)} | environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    try:
        for line in server.stderr:
            if listens := re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", line):
                yield int(listens[1])
                break
        else:
            raise AssertionError("gunicorn did not start.")
    finally:
        server.terminate()
        server.communicate(timeout=20)


@pytest.fixture(scope="module")
def temp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gunicorn") / "behind_a_proxy"


@pytest.fixture(scope="module")
def proxied(temp: Path) -> Iterator[int]:
    with served(temp, CARTOX_PROXY_COUNT="1") as port:
        yield port


@pytest.fixture(scope="module")
def direct(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with served(tmp_path_factory.mktemp("gunicorn") / "without_a_proxy") as port:
        yield port


def ask(port: int, *headers: str, body: bytes = b"", end: bool = False, query: str = "") -> str:
    """The answer to a POST with these headers; `end` closes our side of the connection."""
    lines = [f"POST /accounts/login/?{query} HTTP/1.1", "Host: cartox.example", *headers]
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode() + body)
        if end:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65_536):
            answer += part
    return answer.decode()


def status(answer: str) -> int:
    return int(answer.split()[1])


@pytest.mark.parametrize(
    ("headers", "body", "refused"),
    [
        ([MULTIPART, "Content-Length: 5000000000"], b"--cut\r\n" * 5_000, 415),
        ([FORM, "Content-Length: 5000000000"], b"a=1&" * 5_000, 413),
        ([FORM, "Transfer-Encoding: chunked"], b"5\r\na=1&b\r\n0\r\n\r\n", 411),
        ([MULTIPART, "Transfer-Encoding: chunked"], b"7\r\n--cut\r\n\r\n0\r\n\r\n", 411),
        ([FORM, "Content-Length: -1"], b"", 400),
        ([FORM, "Content-Length: 3", "Content-Length: 4"], b"a=12", 400),
        ([FORM, "Content-Length: 5", "Transfer-Encoding: chunked"], b"0\r\n\r\n", 400),
    ],
)
def test_no_body_past_the_limits_is_written_anywhere(
    headers: list[str], body: bytes, refused: int, proxied: int, temp: Path
) -> None:
    before = {file.name for file in temp.iterdir()}  # gunicorn's own
    assert status(ask(proxied, HTTPS, *headers, body=body)) == refused
    assert {file.name for file in temp.iterdir()} == before


def test_a_form_of_which_the_end_never_came_is_refused(proxied: int) -> None:
    half = b"login=nurse&password=a+long+en"
    answer = ask(proxied, HTTPS, FORM, "Content-Length: 50", body=half, end=True)
    assert status(answer) == 400
    assert "did not arrive whole. Nothing was saved. Go back and save again." in answer


@pytest.mark.parametrize(
    "headers",
    [["X-Long: " + "a" * 9_000], [f"X-{number}: a" for number in range(101)]],
    ids=["a long one", "a hundred"],
)
def test_headers_without_end_never_reach_cartox(headers: list[str], proxied: int) -> None:
    answer = ask(proxied, HTTPS, *headers, MULTIPART, "Content-Length: 1", body=b"a")
    assert status(answer) in {400, 431}


def test_an_address_without_end_never_reaches_cartox(proxied: int) -> None:
    for length, reached in ((3_000, True), (5_000, False)):
        answer = ask(proxied, HTTPS, MULTIPART, "Content-Length: 1", body=b"a", query="a" * length)
        assert (status(answer) == 415) is reached


@pytest.mark.parametrize(
    "header", [HTTPS, "X-Forwarded-Ssl: on", "X-Forwarded-Protocol: ssl", "Forwarded: proto=https"]
)
def test_without_a_proxy_no_header_says_that_a_request_came_by_https(
    header: str, direct: int
) -> None:
    answer = ask(direct, header, MULTIPART, "Content-Length: 1", body=b"a")
    assert status(answer) == 301
    assert "Location: https://cartox.example/accounts/login/" in answer


def test_behind_a_proxy_its_one_header_decides_about_https(proxied: int) -> None:
    body = (MULTIPART, "Content-Length: 1")
    assert status(ask(proxied, HTTPS, "X-Forwarded-Ssl: off", *body, body=b"a")) == 415
    for header in ("X-Forwarded-Ssl: on", "X-Forwarded-Protocol: ssl", "SCRIPT_NAME: /x"):
        answer = ask(proxied, header, *body, body=b"a")
        assert status(answer) == 301
        assert "Location: https://cartox.example/accounts/login/" in answer
