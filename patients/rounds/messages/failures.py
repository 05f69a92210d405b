"""Messages of open calls that did not leave: counted for the board, named by a check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import checks
from django.db.models import Count, Expression, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from patients import clock
from patients.rounds.models import Message, RoundSettings
from patients.rounds.models.messages import UNSENT
from patients.rounds.rules.policy import Policy

LATE_AFTER = timedelta(minutes=2)
OF_OPEN_CALLS = Q(escalation__closed_at__isnull=True)


def failed(now: datetime) -> Q:
    """Given up, or tried without success for longer than two minutes."""
    tried = Q(attempts__gt=0, not_before__lte=now - LATE_AFTER)
    return Q(given_up_at__isnull=False) | (UNSENT & tried & ~waiting(now))


def waiting(now: datetime) -> Q:
    """Due for longer than two minutes, and nobody tries: no worker runs."""
    return UNSENT & Q(next_attempt_at__lte=now - LATE_AFTER)


def message_counts(now: datetime, course: str = "course") -> dict[str, Expression]:
    """Annotations of a query: of open calls of its `course`, messages that failed or wait."""
    return {
        "messages_failed": _count(failed(now), course),
        "messages_waiting": _count(waiting(now), course),
    }


def _count(condition: Q, course: str) -> Expression:
    rows = Message.objects.filter(
        OF_OPEN_CALLS, condition, escalation__course=OuterRef(course)
    ).order_by()
    counted = rows.values("escalation__course").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def unsent_in_words(failed_count: int, waiting_count: int) -> list[str]:
    """Beside a link to the page of messages below the board; nothing where every message left."""
    sentences = []
    if failed_count:
        subject = "1 message" if failed_count == 1 else f"{failed_count} messages"
        sentences.append(f"{subject} about calls could not be sent: telephone")
    if waiting_count:
        subject = "1 message waits" if waiting_count == 1 else f"{waiting_count} messages wait"
        sentences.append(f"{subject}: the worker that sends them does not run: telephone")
    return sentences


def check_messages(
    app_configs: Any = None, databases: Sequence[str] | None = None, **_: Any
) -> list[checks.CheckMessage]:
    """Warn of messages that did not leave, and of addresses that nobody can reach."""
    if not databases:
        return []
    return [*_unsent(), *_unreadable_addresses(), *_unknown_addresses()]


def _unsent() -> list[checks.CheckMessage]:
    now = clock.now()
    rows = Message.objects.filter(OF_OPEN_CALLS)
    warnings: list[checks.CheckMessage] = []
    failures = list(rows.filter(failed(now)).values_list("address", "error"))
    if failures:
        named = "; ".join(sorted({f"{address}: {error}" for address, error in failures}))
        warnings.append(
            checks.Warning(
                f"Messages about open calls could not be sent: {len(failures)}. {named}",
                hint="The page /rounds/messages/ lists them.",
                id="rounds.W001",
            )
        )
    if count := rows.filter(waiting(now)).count():
        warnings.append(
            checks.Warning(
                f"Messages about open calls wait: {count}. No worker runs.",
                hint="Start manage.py rounds_worker, see docs/running.md.",
                id="rounds.W002",
            )
        )
    return warnings


def _unreadable_addresses() -> list[checks.CheckMessage]:
    addresses = settings.CARTOX_MESSAGES.addresses
    if not addresses:
        return []
    from patients.rounds.messages.sending import is_readable

    return [
        checks.Error(f"apprise cannot use the address {name} of CARTOX_MESSAGES.", id="rounds.E001")
        for name, url in addresses.items()
        if not is_readable(url)
    ]


def _unknown_addresses() -> list[checks.CheckMessage]:
    """Addresses that a ward's policy names and the settings do not have."""
    addresses = settings.CARTOX_MESSAGES.addresses
    warnings: list[checks.CheckMessage] = []
    for row in RoundSettings.objects.select_related("ward").order_by("ward__name"):
        steps = [step for many in Policy.from_json(row.policy).steps.values() for step in many]
        if unknown := sorted({step.address for step in steps} - {*addresses, ""}):
            warnings.append(
                checks.Warning(
                    f"The calls of {row.ward} name addresses that CARTOX_MESSAGES does not have: "
                    f"{', '.join(unknown)}. Nothing is sent there.",
                    id="rounds.W003",
                )
            )
    return warnings
