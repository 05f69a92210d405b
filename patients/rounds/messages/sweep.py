"""One turn of the worker: run the tasks that are ready, then look for messages left lying.

A task runs once; one that a killed worker had stays running for ever. The rows of messages are
the truth, so every message that is due and that no task brought is sent from its row. Looking
writes nothing: only where something is to be done the worker waits in the queue of the writers.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from patients import clock
from patients.rounds.messages.deliver import attempt, due
from patients.rounds.models import Message
from patients.write_queue import in_turn

LONGEST_TASK = timedelta(minutes=10)
"""A task that runs longer was left by a killed worker."""


class WorkerEnded(Exception):
    """What is written into a task whose worker never wrote its end."""


def worker_named(name: str) -> Worker:
    return Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
        excluded_queue_names=[],
    )


def turn(worker: Worker) -> None:
    """Everything that is to be done now."""
    while worker.running and (ready := ready_task(worker.worker_id)) is not None:
        worker.run_task(ready)
    if worker.running:
        sweep()


def ready_task(worker_id: str) -> DBTaskResult[Any, Any] | None:
    """The next task, marked as running by this worker."""
    tasks = DBTaskResult.objects.ready().filter(backend_name="default")
    if not tasks.exists():
        return None
    with in_turn():
        result: DBTaskResult[Any, Any] | None = tasks.get_locked()
        if result is not None:
            result.claim(worker_id)
    return result


def sweep() -> None:
    """Send what is due and was left lying; close the tasks of killed workers."""
    left = Message.objects.filter(due(clock.now())).order_by("next_attempt_at")
    for uid in list(left.values_list("uid", flat=True)):
        attempt(uid)
    started_before = timezone.now() - LONGEST_TASK
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    for result in running.filter(started_at__lte=started_before):
        result.set_failed(WorkerEnded())
