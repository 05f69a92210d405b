"""The app of the ward's round: what is due, who was called, what was handed over."""

from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "patients.rounds"
    label = "rounds"
    default_auto_field = "django.db.models.BigAutoField"
