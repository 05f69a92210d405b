"""`manage.py demo` starts by itself, tells how to get in, and serves this computer only."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from patients.management.commands.demo import check_port_is_free, loopback, welcome

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[str]) -> None:
    for _ in range(2400):  # A busy machine takes minutes to build the ward.
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError("the demo did not start")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The demo as the README starts it: its port, and the file with what it printed."""
    port, printed = free_port(), tmp_path / "printed"
    environment = {name: value for name, value in os.environ.items() if "CARTOX" not in name}
    environment |= {"DATABASE_URL": "sqlite:////nonexistent/site.sqlite3", "TMPDIR": str(tmp_path)}
    with printed.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            wait_for(port, process)
            yield port, printed
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
            assert list(tmp_path.glob("cartox-demo-*")) == []


def ask(port: int, method: str, path: str, **more: str) -> tuple[int, http.client.HTTPMessage, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = more.pop("body", None)
    connection.request(method, path, body=body, headers=more)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, text


def test_the_demo_lets_a_nurse_in_and_leaves_no_file(
    running: tuple[int, Path], tmp_path: Path
) -> None:
    port, printed = running
    text = printed.read_text(encoding="utf-8")
    assert f"http://127.0.0.1:{port}/" in text
    password = re.search(r"Password for each: (\S+)", text)
    assert password is not None

    _, headers, page = ask(port, "GET", "/accounts/login/")
    cookie = str(headers["Set-Cookie"]).split(";")[0]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    status, headers, _ = ask(
        port,
        "POST",
        "/accounts/login/",
        body=f"csrfmiddlewaretoken={token[1]}&login=nina&password={password[1]}",
        **{"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert (status, headers["Location"]) == (302, "/")
    assert [path.name for path in ROOT.glob("*demo*.sqlite3*")] == []
    assert len(list(tmp_path.glob("cartox-demo-*/demo.sqlite3"))) == 1


def test_every_demo_user_is_named() -> None:
    text = welcome("http://127.0.0.1:8000/")
    for name in ("nina", "tom", "aisha", "carla", "paul", "vera", "ada"):
        assert re.search(rf"^  {name}\b", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("8001", ("127.0.0.1", "8001")),
        ("127.0.0.1:9000", ("127.0.0.1", "9000")),
        ("localhost:8000", ("localhost", "8000")),
        ("[::1]:8000", ("[::1]", "8000")),
    ],
)
def test_an_address_of_this_computer_is_accepted(typed: str, understood: tuple[str, str]) -> None:
    assert loopback(typed) == understood


@pytest.mark.parametrize("typed", ["0.0.0.0:8000", "10.0.0.5:8000", "ward:8000", "[::]:8000"])
def test_the_demo_is_not_served_to_others(typed: str) -> None:
    with pytest.raises(CommandError, match="this computer only"):
        loopback(typed)


def test_a_taken_port_is_told_before_the_ward_is_made() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(CommandError, match=f"Port {port} cannot be used"):
            check_port_is_free("127.0.0.1", port)
    check_port_is_free("127.0.0.1", port)


def test_the_demo_does_not_start_on_a_real_site(settings: object) -> None:
    settings.DESK_MODE = False  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="CARTOX_SECRET_KEY"):
        call_command("demo")
