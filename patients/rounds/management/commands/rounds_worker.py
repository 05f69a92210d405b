"""`manage.py rounds_worker`: send the messages of calls, as long as it runs."""

from __future__ import annotations

import logging
import time
import uuid
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, close_old_connections, connection

from patients.rounds.messages.sweep import turn, worker_named

log = logging.getLogger("cartox.messages")


class Command(BaseCommand):
    help = (
        "Send the messages of calls to the addresses of CARTOX_MESSAGES. Several may run at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing is due")
        parser.add_argument(
            "--every", type=float, default=2, metavar="SECONDS", help="pause between two looks (2)"
        )

    def handle(self, *args: Any, once: bool, every: float, **options: Any) -> None:
        if not settings.CARTOX_MESSAGES.addresses:
            raise CommandError(
                "CARTOX_MESSAGES is not set: there is no address to which a message goes, and no "
                "worker is needed."
            )
        worker = worker_named(uuid.uuid4().hex)
        if not once:
            worker.configure_signals()
        while worker.running:
            close_old_connections()
            try:
                turn(worker)
            except Error:
                if once:
                    raise
                log.exception("the database did not answer the worker of messages")
                connection.close()
            if once:
                return
            if worker.running:
                time.sleep(every)
