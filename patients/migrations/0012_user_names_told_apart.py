"""A user name is taken once, whatever its capitals, and a new one has signs of ASCII only.

Where two accounts differ in capitals only, neither can sign in. The migration then stops, changes
nothing and names them: only the ward knows who is whose, and a name that changed without a word
would keep its user out. Names of other letters stay as they are.
"""

from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.management.base import CommandError
from django.db import migrations, models
from django.db.models import Count
from django.db.models.functions import Lower

NAME_TAKEN = "This user name is taken. Capitals make no other name."


def refuse_names_that_differ_in_capitals_only(apps, schema_editor):
    users = apps.get_model("patients", "User").objects.using(schema_editor.connection.alias)
    lowered = users.annotate(lowered=Lower("username")).order_by("username")
    several = lowered.values("lowered").order_by().annotate(n=Count("pk")).filter(n__gt=1)
    twice = lowered.filter(lowered__in=several.values("lowered"))
    names = ", ".join(twice.values_list("username", flat=True))
    if names:
        raise CommandError(
            f"These user names differ in capitals only: {names}. Nothing was changed. Rename all "
            "but one of each in `manage.py shell`: user = User.objects.get(username=\"OLD\"); "
            "user.username = \"NEW\"; user.save(). Then migrate again."
        )


class Migration(migrations.Migration):
    dependencies = [("patients", "0011_accounts_and_history_kept")]

    operations = [
        migrations.RunPython(
            refuse_names_that_differ_in_capitals_only, migrations.RunPython.noop
        ),
        migrations.AlterField(
            model_name="user",
            name="username",
            field=models.CharField(
                error_messages={"unique": NAME_TAKEN},
                help_text="Letters of A–Z, digits and @ . + - _ only. Capitals make no other name.",
                max_length=150,
                unique=True,
                validators=[ASCIIUsernameValidator()],
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                Lower("username"),
                name="user_name_once_in_any_case",
                violation_error_message=NAME_TAKEN,
            ),
        ),
    ]
