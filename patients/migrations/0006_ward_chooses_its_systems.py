"""A ward may choose which systems it is shown beside ASTCT; null is all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0005_products_loaded")]

    operations = [
        migrations.AddField(
            model_name="ward",
            name="systems",
            field=models.JSONField(blank=True, null=True),
        ),
    ]
