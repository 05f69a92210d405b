"""The app of drafts: unfinished entries, each for the person who typed it alone."""

from django.apps import AppConfig


class DraftsConfig(AppConfig):
    name = "patients.drafts"
    label = "drafts"
    default_auto_field = "django.db.models.BigAutoField"
