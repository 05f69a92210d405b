"""The pages about patients. Each page's owner adds its lines."""

from django.urls import URLPattern, path

from patients.adjudication import agreement_views
from patients.adjudication import views as adjudication_views
from patients.admission import admit_views, change_views
from patients.board import find_views, scan_views
from patients.board import views as board_views
from patients.chart import side_by_side_views
from patients.chart import views as chart_views
from patients.chart.entry_page import views as entry_page_views
from patients.chart.handwriting import views as handwriting_views
from patients.chart.laboratory import views as panel_views
from patients.chart.step import mark_views
from patients.entry import assessment_views, short_views
from patients.entry.corrections import views as correction_views
from patients.entry.doses import dose_views
from patients.reference import rules_views
from patients.reference import views as reference_views

urlpatterns: list[URLPattern] = [
    path("", board_views.board, name="board"),
    path("board/rows/", board_views.board_rows, name="board_rows"),
    path("find/", find_views.find, name="find"),
    path("wristband/", scan_views.wristband, name="wristband"),
    path("wristband/another/", scan_views.wristband_of_another, name="wristband_of_another"),
    path("closed/", find_views.closed, name="closed"),
    path("agreement/", agreement_views.agreement, name="agreement"),
    path("agreement/agreement.csv", agreement_views.agreement_csv, name="agreement_csv"),
    path("admit/", admit_views.admit_patient, name="admit"),
    path("rules/", rules_views.rules, name="rules"),
    path("rules/compare/", rules_views.rules_compare, name="rules_compare"),
    path("reference/products/", reference_views.products, name="products"),
    path("reference/prevention/", reference_views.prevention, name="prevention"),
    path("courses/<uuid:uid>/", chart_views.chart, name="chart"),
    path("courses/<uuid:uid>/lists/<slug:key>/", chart_views.chart_list, name="chart_list"),
    path("courses/<uuid:uid>/entries/<uuid:row_uid>/", chart_views.chart_entry, name="chart_entry"),
    path(
        "courses/<uuid:uid>/rows/<str:kind>/<uuid:row_uid>/",
        entry_page_views.entry_show,
        name="entry_show",
    ),
    path("courses/<uuid:uid>/handwriting/", handwriting_views.handwriting, name="handwriting"),
    path("courses/<uuid:uid>/compare/", side_by_side_views.side_by_side, name="compare"),
    path("courses/<uuid:uid>/panels/", panel_views.panels, name="panels"),
    path("courses/<uuid:uid>/readmit/", admit_views.readmit, name="readmit"),
    path("courses/<uuid:uid>/move/", change_views.move, name="move"),
    path("courses/<uuid:uid>/change/", change_views.course_correct, name="course_correct"),
    path("courses/<uuid:uid>/ice/", change_views.ice_settings, name="ice_settings"),
    path("courses/<uuid:uid>/patient/", change_views.patient_correct, name="patient_correct"),
    path("courses/<uuid:uid>/home/", change_views.go_home, name="go_home"),
    path("courses/<uuid:uid>/back/", change_views.back_on_ward, name="back_on_ward"),
    path("courses/<uuid:uid>/close/", change_views.close, name="close"),
    path("courses/<uuid:uid>/reopen/", change_views.reopen, name="reopen"),
    path(
        "courses/<uuid:uid>/signs/<str:sign>/",
        adjudication_views.decide_on_sign,
        name="decide_on_sign",
    ),
    path(
        "courses/<uuid:uid>/final-grade/<str:toxicity>/",
        adjudication_views.final_grade,
        name="final_grade",
    ),
    path("courses/<uuid:uid>/step/mark/", mark_views.mark_line, name="mark_line"),
    path("courses/<uuid:uid>/timeline.json", chart_views.chart_figure, name="chart_figure"),
    path(
        "courses/<uuid:uid>/assessments/new/",
        assessment_views.assessment_new,
        name="assessment_new",
    ),
    path(
        "courses/<uuid:uid>/assessments/preview/",
        assessment_views.assessment_preview,
        name="assessment_preview",
    ),
    path(
        "courses/<uuid:uid>/assessments/<uuid:row_uid>/correct/",
        assessment_views.assessment_correct,
        name="assessment_correct",
    ),
    path("courses/<uuid:uid>/labs/new/", short_views.lab_new, name="lab_new"),
    path("courses/<uuid:uid>/labs/check/", short_views.lab_check, name="lab_check"),
    path("courses/<uuid:uid>/doses/new/", dose_views.dose_new, name="dose_new"),
    path("courses/<uuid:uid>/doses/check/", short_views.dose_check, name="dose_check"),
    path("courses/<uuid:uid>/doses/<uuid:row_uid>/stop/", dose_views.dose_stop, name="dose_stop"),
    path("courses/<uuid:uid>/doses/<uuid:row_uid>/rate/", dose_views.run_rate, name="run_rate"),
    path("courses/<uuid:uid>/runs/<str:agent>/start/", dose_views.run_start, name="run_start"),
    path("courses/<uuid:uid>/events/new/", short_views.event_new, name="event_new"),
    path(
        "courses/<uuid:uid>/doses/<uuid:row_uid>/correct/",
        correction_views.dose_correct,
        name="dose_correct",
    ),
    path(
        "courses/<uuid:uid>/labs/<uuid:row_uid>/correct/",
        correction_views.lab_correct,
        name="lab_correct",
    ),
    path(
        "courses/<uuid:uid>/events/<uuid:row_uid>/correct/",
        correction_views.event_correct,
        name="event_correct",
    ),
    path(
        "courses/<uuid:uid>/rows/<str:kind>/<uuid:row_uid>/check/",
        correction_views.correction_check,
        name="correction_check",
    ),
    path(
        "courses/<uuid:uid>/rows/<str:kind>/<uuid:row_uid>/strike-out/",
        short_views.strike_out_entry,
        name="strike_out",
    ),
]
