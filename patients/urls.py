"""The pages about patients. Each page's owner adds its lines."""

from django.urls import URLPattern, path

from patients.views import (
    admission,
    amending,
    assessment,
    board,
    chart,
    compare,
    labs_doses,
    panels,
    reference,
    rules,
)

urlpatterns: list[URLPattern] = [
    path("", board.board, name="board"),
    path("board/rows/", board.board_rows, name="board_rows"),
    path("find/", board.find, name="find"),
    path("closed/", board.closed, name="closed"),
    path("admit/", admission.admit, name="admit"),
    path("rules/", rules.rules, name="rules"),
    path("rules/compare/", rules.rules_compare, name="rules_compare"),
    path("reference/products/", reference.products, name="products"),
    path("reference/prevention/", reference.prevention, name="prevention"),
    path("courses/<uuid:uid>/", chart.chart, name="chart"),
    path("courses/<uuid:uid>/compare/", compare.compare, name="compare"),
    path("courses/<uuid:uid>/panels/", panels.panels, name="panels"),
    path("courses/<uuid:uid>/readmit/", admission.readmit, name="readmit"),
    path("courses/<uuid:uid>/move/", amending.move, name="move"),
    path("courses/<uuid:uid>/change/", amending.course_correct, name="course_correct"),
    path("courses/<uuid:uid>/patient/", amending.patient_correct, name="patient_correct"),
    path("courses/<uuid:uid>/close/", amending.close, name="close"),
    path("courses/<uuid:uid>/reopen/", amending.reopen, name="reopen"),
    path("courses/<uuid:uid>/timeline.json", chart.chart_figure, name="chart_figure"),
    path("courses/<uuid:uid>/assessments/new/", assessment.assessment_new, name="assessment_new"),
    path(
        "courses/<uuid:uid>/assessments/preview/",
        assessment.assessment_preview,
        name="assessment_preview",
    ),
    path(
        "courses/<uuid:uid>/assessments/<uuid:row_uid>/correct/",
        assessment.assessment_correct,
        name="assessment_correct",
    ),
    path("courses/<uuid:uid>/labs/new/", labs_doses.lab_new, name="lab_new"),
    path("courses/<uuid:uid>/labs/check/", labs_doses.lab_check, name="lab_check"),
    path("courses/<uuid:uid>/doses/new/", labs_doses.dose_new, name="dose_new"),
    path("courses/<uuid:uid>/doses/check/", labs_doses.dose_check, name="dose_check"),
    path("courses/<uuid:uid>/doses/<uuid:row_uid>/stop/", labs_doses.dose_stop, name="dose_stop"),
    path("courses/<uuid:uid>/events/new/", labs_doses.event_new, name="event_new"),
    path(
        "courses/<uuid:uid>/rows/<str:kind>/<uuid:row_uid>/strike-out/",
        labs_doses.strike_out,
        name="strike_out",
    ),
]
