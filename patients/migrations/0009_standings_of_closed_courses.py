"""Board rows name the onset of the latest episode, and closed courses have a row too.

The chart reads the standing of each system from the board row, which the versions before deleted
when a course was closed. The steps by which a row follows from grades and entries stand here as
they were when this migration was written; `manage.py regrade` writes the same, and what later
versions add to a standing.
"""

from datetime import timedelta
from decimal import Decimal

from django.db import migrations
from django.utils import timezone

TOXICITY = {"crs_astct_2019": "crs", "icans_astct_2019": "icans"}
PRIMARY = tuple(TOXICITY)
DEATH_GRADE = 5
RESULT = (
    "grade", "at_least", "review", "would_be", "low", "high", "because", "missing", "cautions",
    "values",
)
SIGNS = (
    "temperature_c", "fever", "systolic_mmhg", "diastolic_mmhg", "heart_rate", "respiratory_rate",
    "spo2_percent", "hypotension", "vasopressors", "oxygen_device", "oxygen_flow_l_min",
    "fio2_percent", "ice_total", "capd_total", "consciousness",
)
ICE_ITEMS = ("year", "month", "city", "hospital", "naming", "command", "writing", "attention")
TOCILIZUMAB_TOTAL, TOCILIZUMAB_PER_24_H = 4, 3
TOCILIZUMAB_INTERVAL, DAY = timedelta(hours=8), timedelta(hours=24)


def complete(apps, schema_editor):
    """Add the onset to the rows that exist, and the rows of courses that have none."""
    add_onsets(apps)
    BoardRow, Course = (apps.get_model("patients", name) for name in ("BoardRow", "Course"))
    now = timezone.now()
    version = int(now.timestamp())  # above every version that a course had before it was closed
    without = Course.objects.filter(board_row__isnull=True).select_related("ward")
    for course in without.order_by("pk").iterator(chunk_size=500):
        fields = {field.name for field in BoardRow._meta.get_fields()}
        columns = {name: value for name, value in columns_of(apps, course).items() if name in fields}
        BoardRow.objects.create(course=course, version=version, updated_at=now, **columns)


def add_onsets(apps):
    BoardRow = apps.get_model("patients", "BoardRow")
    for row in BoardRow.objects.order_by("pk").iterator(chunk_size=500):
        if all("onset" in standing for standing in row.systems.values()):
            continue
        summaries = summaries_of(apps, row.course_id)
        for key, standing in row.systems.items():
            standing["onset"] = summaries[key].values["onset_at"] if key in summaries else None
        row.save(update_fields=["systems"])


def summaries_of(apps, course_id):
    """What each primary system says of the course as a whole, by its key."""
    GradeRecord = apps.get_model("patients", "GradeRecord")
    live = GradeRecord.objects.filter(course=course_id, superseded_at=None, assessment=None)
    return {record.system: record for record in live.filter(system__in=PRIMARY)}


def columns_of(apps, course):
    """All columns of a board row but its version and time."""
    assessments = live_rows(apps, "Assessment", course, "observed_at")
    doses = live_rows(apps, "Dose", course, "given_at")
    summaries = summaries_of(apps, course.pk)
    last = assessments[-1].observed_at if assessments else None
    return {
        "systems": {
            key: standing(records_of(apps, course, key, assessments), summaries[key])
            for key in PRIMARY
            if key in summaries
        } or never_assessed_standings(apps, course),
        "signs": latest_signs(assessments),
        "steroid": latest_steroid(doses),
        "running": [
            {"agent": dose.agent, "at": dose.given_at.isoformat()}
            for dose in doses
            if dose.drug_class in ("vasopressor", "inotrope") and dose.ended_at is None
        ],
        "last_assessed_at": last,
        "next_due_at": next_due_at(course, last),
        **tocilizumab(doses),
    }


def live_rows(apps, model, course, time):
    """The rows that are neither struck out nor replaced, in the order of the record."""
    rows = apps.get_model("patients", model).objects.filter(
        course=course, struck_out_at__isnull=True, replaced_by__isnull=True
    )
    return sorted(rows, key=lambda row: (getattr(row, time), str(row.uid)))


def records_of(apps, course, system, assessments):
    """Each assessment that has the part of the system with its grade, in order."""
    GradeRecord = apps.get_model("patients", "GradeRecord")
    live = GradeRecord.objects.filter(
        course=course, system=system, superseded_at=None, has_part=True, assessment__isnull=False
    )
    records = {record.assessment_id: record for record in live}
    return [(row.observed_at, records[row.pk]) for row in assessments if row.pk in records]


def never_assessed_standings(apps, course):
    """Without an assessment no system has a summary; a death put down to one is its peak."""
    deaths = live_rows(apps, "Event", course, "happened_at")
    causes = {event.attributed_to for event in deaths if event.kind == "death"}
    return {
        key: never_assessed() | {"peak": DEATH_GRADE if toxicity in causes else None}
        for key, toxicity in TOXICITY.items()
    }


def never_assessed():
    names = ("current", "at", "since", "previous", "peak", "onset", "last_graded", "sort")
    return dict.fromkeys(names)


def standing(assessed, summary):
    course = never_assessed() | {"peak": summary.grade, "onset": summary.values["onset_at"]}
    if not assessed:
        return course
    at, current = assessed[-1]
    last = None if is_plain(current) else last_graded(assessed[:-1])
    grades = [record.grade for _, record in reversed(assessed[:-1])]
    return course | {
        "current": {name: getattr(current, name) for name in RESULT},
        "at": at.isoformat(),
        "since": unchanged_from(assessed).isoformat(),
        "previous": next((grade for grade in grades if grade is not None), None),
        "last_graded": last,
        "sort": max(
            (
                grade
                for grade in (shown(current), None if last is None else last["grade"])
                if grade is not None
            ),
            default=None,
        ),
    }


def shown(record):
    return record.would_be if record.review else record.grade


def is_plain(record):
    return record.grade is not None and not record.review


def last_graded(earlier):
    for at, record in reversed(earlier):
        if is_plain(record):
            return {"grade": record.grade, "at_least": record.at_least, "at": at.isoformat()}
    return None


def unchanged_from(assessed):
    current, start = assessed[-1][1], assessed[-1][0]
    for at, record in reversed(assessed):
        if (record.grade, record.would_be) != (current.grade, current.would_be):
            break
        start = at
    return start


def latest_signs(assessments):
    signs = {}
    for name in SIGNS:
        for row in reversed(assessments):
            value = ice_points(row) if name == "ice_total" else getattr(row, name)
            if value is not None:
                text = plain_text(value) if isinstance(value, Decimal) else value
                signs[name] = {"value": text, "at": row.observed_at.isoformat()}
                break
    return signs


def ice_points(row):
    if row.ice is None:
        return row.ice_total
    points = [row.ice.get(item) for item in ICE_ITEMS]
    return None if any(score is None for score in points) else sum(points)


def plain_text(value):
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def latest_steroid(doses):
    steroids = [dose for dose in doses if dose.drug_class == "steroid"]
    if not steroids:
        return None
    last = steroids[-1]
    return {
        "agent": last.agent,
        "amount": None if last.amount is None else plain_text(last.amount),
        "unit": last.unit,
        "route": last.route,
        "at": last.given_at.isoformat(),
    }


def tocilizumab(doses):
    given = [dose.given_at for dose in doses if dose.agent == "tocilizumab"]
    next_at = None
    if given and len(given) < TOCILIZUMAB_TOTAL:
        next_at = given[-1] + TOCILIZUMAB_INTERVAL
        if len(given) >= TOCILIZUMAB_PER_24_H:
            next_at = max(next_at, given[-TOCILIZUMAB_PER_24_H] + DAY)
    return {
        "tocilizumab_given": len(given),
        "tocilizumab_ceiling": TOCILIZUMAB_TOTAL,
        "tocilizumab_next_at": next_at,
    }


def next_due_at(course, last):
    if course.closed_at is not None:
        return course.closed_at
    if last is None:
        return max(course.opened_at, course.infused_at)
    return last + timedelta(hours=course.ward.assessment_every_hours)


class Migration(migrations.Migration):
    dependencies = [("patients", "0008_what_runs")]
    # The versions before pass over the key, and over the row of a course that is closed.
    operations = [migrations.RunPython(complete, migrations.RunPython.noop)]
