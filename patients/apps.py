"""The app of people, observations and pages."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models import Model
from django.db.models.signals import post_migrate, pre_migrate, pre_save

from patients.server_log import check_server_log


class PatientsConfig(AppConfig):
    name = "patients"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The triggers of the database follow every migration; no fixture passes by the door."""
        from patients.models import (
            CLINICAL_MODELS,
            BoardRow,
            Course,
            GradeDigest,
            GradeRecord,
            Patient,
            triggers,
        )
        from patients.models.guarded import refuse_fixtures

        written_by_regrade: list[type[Model]] = [GradeRecord, GradeDigest, BoardRow]
        guarded: list[type[Model]] = [*CLINICAL_MODELS, *written_by_regrade, Course, Patient]
        for model in guarded:
            pre_save.connect(refuse_fixtures, sender=model)

        pre_migrate.connect(triggers.before_migrate, sender=self)
        post_migrate.connect(triggers.after_migrate, sender=self)
        register(Tags.database)(triggers.check_triggers)
        register(Tags.database, deploy=True)(check_server_log)
