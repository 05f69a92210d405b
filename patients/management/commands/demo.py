"""`manage.py demo [ADDRPORT]`: a ward of fictional patients, on this computer only."""

from __future__ import annotations

import ipaddress
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from cartox_site.settings import database
from patients.demo import ward

DEFAULT_PORT = "8000"


class Command(BaseCommand):
    help = "Fill a database of its own with fictional patients, and serve it to this computer."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "addrport",
            nargs="?",
            default=f"127.0.0.1:{DEFAULT_PORT}",
            help="port, or loopback address and port (default: 127.0.0.1:8000)",
        )

    def handle(self, *args: Any, addrport: str, **options: Any) -> None:
        if not settings.DESK_MODE:
            raise CommandError(
                "The demo does not start where CARTOX_SECRET_KEY is set: that is a real site. "
                "Unset it, or run the demo on another computer."
            )
        host, port = loopback(addrport)
        check_port_is_free(host, port)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # the file goes in every case
        with tempfile.TemporaryDirectory(prefix="cartox-demo-") as folder:
            use_database(Path(folder) / "demo.sqlite3")
            self.stdout.write("Making the demo ward …")
            call_command("migrate", verbosity=0)
            with transaction.atomic():
                ward.build(timezone.now())
            self.stdout.write(welcome(f"http://{host}:{port}/"))
            self.stdout.flush()
            call_command("runserver", f"{host}:{port}", use_reloader=False)


def loopback(addrport: str) -> tuple[str, str]:
    """Host and port, refused unless they are this computer's own."""
    host, _, port = addrport.rpartition(":")
    host = host or "127.0.0.1"
    if not port.isdigit():
        raise CommandError(f"{addrport} is not a port. Write 8000 or 127.0.0.1:8000.")
    if host != "localhost" and not _is_loopback(host.strip("[]")):
        raise CommandError(
            f"The demo serves this computer only, not {host}: its passwords are printed here."
        )
    return host, port


def check_port_is_free(host: str, port: str) -> None:
    """Say so before the ward is made, where another program has the port."""
    try:
        for family, kind, *_, address in socket.getaddrinfo(
            host.strip("[]"), int(port), type=socket.SOCK_STREAM
        ):
            with socket.socket(family, kind) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except (OSError, OverflowError) as taken:
        raise CommandError(
            f"Port {port} cannot be used here ({taken}). "
            "Choose another, for example: manage.py demo 8001"
        ) from taken


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def use_database(path: Path) -> None:
    """Turn Django to the demo's own file, whatever DATABASE_URL is."""
    connections.close_all()
    configured = connections.configure_settings({DEFAULT_DB_ALIAS: database(f"sqlite:///{path}")})
    connections.settings[DEFAULT_DB_ALIAS] = configured[DEFAULT_DB_ALIAS]
    del connections[DEFAULT_DB_ALIAS]


def welcome(url: str) -> str:
    """The address to open, and the users and password to sign in with."""
    people = "\n".join(
        f"  {username:<8}{role.value:<15}{' and '.join(wards) or 'no ward (/admin/)'}"
        for username, _, role, wards in ward.USERS
    )
    return (
        f"\nTwelve fictional patients. Open {url} and sign in as one of\n\n{people}\n\n"
        f"Password for each: {ward.PASSWORD}\n"
        "Everything is forgotten when the demo ends (Ctrl-C).\n"
    )
