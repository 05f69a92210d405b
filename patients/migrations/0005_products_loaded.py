"""Load the products, trials, schedules and prevention trials, each with its source.

A migration of its own: rows and schema in one transaction are refused by PostgreSQL backwards.
"""

from django.db import migrations
from django.utils import timezone

from patients.migrations import _products_2026 as data

LOADED = "loaded with the edition"
CHILDREN_FIRST = (
    "PreventionOutcome",
    "PreventionTrial",
    "MonitoringSchedule",
    "CellNote",
    "TrialIncidence",
    "ProductFact",
    "ProductIndication",
    "Product",
)


def load(apps, schema_editor=None):
    """Every row, and the first line of its history."""
    models = {name: apps.get_model("patients", name) for name in CHILDREN_FIRST}
    products = load_products(models)
    load_trials(models, products)
    for name, region, start, end, superseded, daily, near, driving, text, source, mark in (
        data.SCHEDULES
    ):
        models["MonitoringSchedule"].objects.create(
            product=products[name], region=region, valid_from=start, valid_to=end,
            is_superseded=superseded, daily_days=daily, stay_near_weeks=near,
            driving_weeks=driving, text=text, source=source, confidence=mark,
        )
    load_prevention(models)
    for name in reversed(CHILDREN_FIRST):
        begin_history(apps, models[name])


def load_products(models):
    products = {}
    for position, row in enumerate(data.PRODUCTS, start=1):
        abbreviation, name, brand, target, domain, notes, source, mark, offered = row
        products[abbreviation] = models["Product"].objects.create(
            abbreviation=abbreviation, name=name, brand=brand, target=target,
            costimulatory_domain=domain, notes=notes, source=source, confidence=mark,
            is_offered=offered, position=position,
        )
    for name, indication, region, year, source, mark in data.INDICATIONS:
        models["ProductIndication"].objects.create(
            product=products[name], indication=indication, region=region, year=year,
            source=source, confidence=mark,
        )
    for position, (name, topic, text, source, mark) in enumerate(data.FACTS, start=1):
        models["ProductFact"].objects.create(
            product=products[name], topic=topic, text=text, source=source, confidence=mark,
            position=position,
        )
    return products


def load_trials(models, products):
    trials = {}
    for position, row in enumerate(data.TRIALS, start=1):
        name, indication, trial, crs, crs_g3, onset, nt, nt_g3, cytopenia, infection, inf_g3 = row
        trials[trial] = models["TrialIncidence"].objects.create(
            product=products[name], indication=indication, trial=trial, crs_any=crs,
            crs_g3=crs_g3, crs_onset_days=onset, nt_any=nt, nt_g3=nt_g3, cytopenia=cytopenia,
            infection_any=infection, infection_g3=inf_g3, position=position,
            source=data.TABLE_1.format(trial), confidence="S",
            **data.OTHER_NEUROTOXICITY.get(trial, {}),
        )
    for trial, cell, kind, note, source, mark in data.NOTES:
        models["CellNote"].objects.create(
            incidence=trials[trial], cell=cell, kind=kind, note=note, source=source,
            confidence=mark,
        )


def load_prevention(models):
    for position, row in enumerate(data.PREVENTION, start=1):
        fields = {key: row[key] for key in row if key not in ("reference", "outcomes")}
        source = data.TABLE_4.format(row["reference"])
        trial = models["PreventionTrial"].objects.create(
            position=position, source=source, confidence="S", **fields
        )
        for arm, toxicity, threshold, percent, doubt in row["outcomes"]:
            models["PreventionOutcome"].objects.create(
                trial=trial, arm=arm, toxicity=toxicity, threshold=threshold, percent=percent,
                doubt=doubt, source=source, confidence="S",
            )


def begin_history(apps, model):
    """Models of a migration write no history: without a first line, the first change hides it."""
    history = apps.get_model("patients", f"Historical{model.__name__}")
    names = [field.attname for field in model._meta.concrete_fields]
    now = timezone.now()
    history.objects.bulk_create(
        history(
            **{name: getattr(row, name) for name in names},
            history_date=now, history_type="+", history_change_reason=LOADED,
        )
        for row in model.objects.order_by("pk")
    )


def unload(apps, schema_editor):
    """Every reference row, those added since too: nothing is left to stand beside them."""
    for name in CHILDREN_FIRST:
        for kept in (name, f"Historical{name}"):
            rows = apps.get_model("patients", kept).objects.all()
            rows._raw_delete(rows.db)  # children go first, so there is nothing to cascade to


class Migration(migrations.Migration):
    dependencies = [("patients", "0004_products")]
    operations = [migrations.RunPython(load, unload)]
