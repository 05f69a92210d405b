"""Labels of the UK, what changed on the others, and prevention trials of 2025.

A row that an administrator has changed since it was loaded stays as it is, and what stands already
is not added again.
"""

from django.db import migrations
from django.utils import timezone

from patients.migrations import _labels_2026 as data

CHANGED = "changed with the edition of Nov 2026"
ADDED = "added with the edition of Nov 2026"


def load(apps, schema_editor=None):
    for name, changes in data.CHANGED_PRODUCTS:
        change(apps, "Product", {"abbreviation": name}, changes)
    for row in data.ADDED_PRODUCTS:
        abbreviation, name, brand, target, domain, notes, source, mark = row
        add(apps, "Product", {"abbreviation": abbreviation}, {
            "name": name, "brand": brand, "target": target, "costimulatory_domain": domain,
            "notes": notes, "source": source, "confidence": mark, "is_offered": False,
        })
    for name, region, start, end, changes in data.CHANGED_SCHEDULES:
        row = {"product__abbreviation": name, "region": region, "valid_from": start,
               "valid_to": end}
        change(apps, "MonitoringSchedule", row, changes)
    load_of_products(apps)
    for name, changes in data.CHANGED_TRIALS:
        change(apps, "PreventionTrial", {"trial": name}, changes)
    load_trials(apps)


def load_of_products(apps):
    products = {row.abbreviation: row for row in apps.get_model("patients", "Product").objects.all()}
    for name, region, daily, near, driving, text, source, mark in data.ADDED_SCHEDULES:
        if name in products:
            add(apps, "MonitoringSchedule", {"product": products[name], "region": region}, {
                "daily_days": daily, "stay_near_weeks": near, "driving_weeks": driving,
                "text": text, "source": source, "confidence": mark,
            })
    for name, indication, region, year, source, mark in data.ADDED_INDICATIONS:
        if name in products:
            row = {"product": products[name], "indication": indication, "region": region}
            add(apps, "ProductIndication", row,
                {"year": year, "source": source, "confidence": mark})
    for name, topic, text, source, mark in data.ADDED_FACTS:
        if name in products:
            add(apps, "ProductFact", {"product": products[name], "topic": topic},
                {"text": text, "source": source, "confidence": mark})


def load_trials(apps):
    for row in data.ADDED_TRIALS:
        fields = {key: row[key] for key in row if key not in ("trial", "outcomes")}
        trial = add(apps, "PreventionTrial", {"trial": row["trial"]}, {**fields, "confidence": "M"})
        if trial is None:
            continue
        for toxicity, threshold, percent in row["outcomes"]:
            key = {"trial": trial, "arm": "treated", "toxicity": toxicity, "threshold": threshold}
            add(apps, "PreventionOutcome", key,
                {"percent": percent, "source": row["source"], "confidence": "M"})


def change(apps, name, key, changes):
    """Change a row that stands as it was loaded; any other is left alone."""
    as_loaded = {field: before for field, (before, _) in changes.items()}
    row = apps.get_model("patients", name).objects.filter(**key, **as_loaded).first()
    if row is not None:
        for field, (_, now) in changes.items():
            setattr(row, field, now)
        row.save()
        note(apps, name, row, "~", CHANGED)


def add(apps, name, key, values):
    """The row that was added; None where there was one."""
    rows = apps.get_model("patients", name).objects
    if rows.filter(**key).exists():
        return None
    row = rows.create(**key, **values)
    row.refresh_from_db()
    note(apps, name, row, "+", ADDED)
    return row


def note(apps, name, row, kind, reason):
    """A line of the history, which models of a migration do not write."""
    names = [field.attname for field in row._meta.concrete_fields]
    apps.get_model("patients", f"Historical{name}").objects.create(
        **{each: getattr(row, each) for each in names},
        history_date=timezone.now(), history_type=kind, history_change_reason=reason,
    )


class Migration(migrations.Migration):
    dependencies = [("patients", "0026_uk_labels")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
