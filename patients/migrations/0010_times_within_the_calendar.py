"""Times of a course lie in 1990–2150, birth dates from 1870.

The constraints hold for what is written from now on. A row from before, whose year was mistyped, is
left as it is: it stays readable, and its next correction has to correct the year too.
"""

from datetime import UTC, date, datetime

from django.db import migrations, models
from django.db.models import Q

TIMES = ("infused_at", "weighed_at", "opened_at", "closed_at")
EARLIEST, BEFORE = datetime(1990, 1, 1, tzinfo=UTC), datetime(2151, 1, 1, tzinfo=UTC)


class AddConstraintForNewRows(migrations.AddConstraint):
    """Adds a constraint without a look at the rows that are there."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            model = to_state.apps.get_model(app_label, self.model_name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                constraint = self.constraint.create_sql(model, schema_editor)
                schema_editor.execute(f"{constraint} NOT VALID", params=None)
            return
        schema_editor.execute("PRAGMA ignore_check_constraints = ON")  # the table is copied
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        schema_editor.execute("PRAGMA ignore_check_constraints = OFF")


def in_years():
    condition = Q()
    for field in TIMES:
        inside = Q(**{f"{field}__gte": EARLIEST, f"{field}__lt": BEFORE})
        condition &= Q(**{f"{field}__isnull": True}) | inside
    return condition


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0009_standings_of_closed_courses'),
    ]

    operations = [
        AddConstraintForNewRows(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=in_years(),
                name="course_times_in_clinical_years",
                violation_error_message=(
                    "A time lies outside the years 1990–2150. Correct the date."
                ),
            ),
        ),
        AddConstraintForNewRows(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=Q(birth_date__isnull=True)
                | Q(birth_date__gte=date(1870, 1, 1), birth_date__lte=date(2150, 12, 31)),
                name="patient_birth_date_in_possible_years",
                violation_error_message=(
                    "The birth date lies outside the years 1870–2150. Correct it."
                ),
            ),
        ),
    ]
