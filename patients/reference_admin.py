"""The admin of reference rows from the literature, which administrators edit."""

from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from patients.models import (
    CellNote,
    MonitoringSchedule,
    PreventionOutcome,
    PreventionTrial,
    Product,
    ProductFact,
    ProductIndication,
    TrialIncidence,
)


class ReferenceAdmin(SimpleHistoryAdmin):  # type: ignore[misc]
    """Reference rows from the literature, edited by administrators; every change has its history.

    No list can be sorted by a column: numbers of different trials are not to be compared.
    """

    sortable_by = ()


class IndicationInline(admin.StackedInline):  # type: ignore[type-arg]
    model = ProductIndication
    extra = 0


class FactInline(admin.StackedInline):  # type: ignore[type-arg]
    model = ProductFact
    extra = 0


class CellNoteInline(admin.StackedInline):  # type: ignore[type-arg]
    model = CellNote
    extra = 0


class OutcomeInline(admin.TabularInline):  # type: ignore[type-arg]
    model = PreventionOutcome
    extra = 0


@admin.register(Product)
class ProductAdmin(ReferenceAdmin):
    list_display = ("abbreviation", "name", "brand", "target", "is_offered", "confidence")
    inlines = (IndicationInline, FactInline)


@admin.register(TrialIncidence)
class TrialIncidenceAdmin(ReferenceAdmin):
    list_display = ("trial", "product", "indication", "confidence")
    list_select_related = ("product",)
    inlines = (CellNoteInline,)


@admin.register(MonitoringSchedule)
class MonitoringScheduleAdmin(ReferenceAdmin):
    list_display = ("product", "region", "valid_from", "valid_to", "is_superseded", "confidence")
    list_filter = ("region",)
    list_select_related = ("product",)


@admin.register(PreventionTrial)
class PreventionTrialAdmin(ReferenceAdmin):
    list_display = ("agent", "schedule", "trial", "confidence")
    inlines = (OutcomeInline,)
