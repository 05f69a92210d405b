"""The reference rows of a course's product: its target, and the monitoring on its label.

`Course.product` stays text, because documents carry it; here it finds its row, or none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from grading.guidelines.products import product_named
from patients.models import Course, MonitoringSchedule, Product, Region
from patients.words import wording

NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True)
class ProductLine:
    """The product on the chart: its name, its kind and its monitoring schedules in words."""

    name: str
    kind: str
    schedules: tuple[str, ...]


def product_of(course: Course) -> Product | None:
    """The row whose name, abbreviation or brand the course carries, however written; else None."""
    return _products_of(course).first()


def _products_of(course: Course) -> QuerySet[Product]:
    listed = product_named(course.product)
    text = course.product.strip() if listed is None else listed.name
    if not text:
        return Product.objects.none()
    same = Q(name__iexact=text) | Q(abbreviation__iexact=text) | Q(brand__iexact=text)
    return Product.objects.filter(same)


def offered_products() -> list[tuple[str, str]]:
    """Name and abbreviation of each product on the admission form, in order."""
    rows = Product.objects.filter(is_offered=True)
    return list(rows.values_list("name", "abbreviation"))


def schedules_of(course: Course) -> QuerySet[MonitoringSchedule]:
    """The monitoring schedules on the labels of the course's product, of every region and date."""
    return MonitoringSchedule.objects.filter(product__in=_products_of(course))


def product_line(course: Course, day: date) -> ProductLine | None:
    """The product of the chart with the schedules valid on that day, one for each region."""
    schedules = list(schedules_of(course).select_related("product"))  # in one query
    product = schedules[0].product if schedules else product_of(course)
    if product is None:
        return None
    since = _last_infused_on(course, day)
    valid = [row for row in by_region(schedules) if row.is_valid_on(day)]
    return ProductLine(
        name=wording.of_batch(product.abbreviation, course.product_batch),
        kind=kind_of(product),
        schedules=tuple(f"{label_of(row)}: {schedule_words(row, since)}" for row in valid),
    )


def _last_infused_on(course: Course, day: date) -> date | None:
    """The date of the last infusion up to this day; None where it is only planned."""
    later = (moment.astimezone(course.zone).date() for moment in course.later_infusion_times)
    given = [each for each in (course.infused_on, *later) if each <= day]
    return None if course.infusion_planned or not given else max(given)


def by_region(schedules: Iterable[MonitoringSchedule]) -> list[MonitoringSchedule]:
    """The schedules in the order of `Region`, within a region as they come."""
    return sorted(schedules, key=lambda row: Region.values.index(row.region))


def kind_of(product: Product) -> str:
    """Target and costimulatory domain: CD19, CD28."""
    return ", ".join(filter(None, (product.target, product.costimulatory_domain)))


def label_of(schedule: MonitoringSchedule) -> str:
    """US label, 26 Jun 2025."""
    since = schedule.valid_from
    begun = "" if since is None else f", {wording.calendar_date(since)}"
    return f"{schedule.get_region_display()} label{begun}"


def schedule_words(schedule: MonitoringSchedule, since: date | None) -> str:
    """Daily for 7 days, stay near 2 weeks (until 19 Jan 2026); only what is recorded.

    The periods are counted from the infusion, `since`; without it there are no dates.
    """
    parts = []
    if schedule.daily_days is not None:
        parts.append(f"daily for {with_unit(schedule.daily_days, 'day')}")
    periods = {"stay near": schedule.stay_near_weeks, "no driving for": schedule.driving_weeks}
    for words, weeks in periods.items():
        if weeks is not None:
            day = None if since is None else since + timedelta(weeks=weeks)
            until = "" if day is None else f" (until {wording.calendar_date(day)})"
            parts.append(f"{words} {with_unit(weeks, 'week')}{until}")
    return ", ".join(parts) or "days not verified"


def with_unit(n: int, unit: str) -> str:
    """1 day, 7 days."""
    return f"{n} {unit}" if n == 1 else f"{n} {unit}s"
