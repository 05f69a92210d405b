"""The app of the ward's round: what is due, who was called, what was handed over."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class RoundsConfig(AppConfig):
    name = "patients.rounds"
    label = "rounds"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """`check --deploy --database default` names messages that did not leave."""
        from patients.rounds.messages.failures import check_messages

        register(Tags.database, deploy=True)(check_messages)
