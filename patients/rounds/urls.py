"""The pages of the round. Each page's owner adds its lines."""

from django.urls import URLPattern, path

from patients.rounds.call_pages import call_views, worried
from patients.rounds.handover import note_views
from patients.rounds.handover import views as handover_views
from patients.rounds.home import views as home_views
from patients.rounds.messages import views as message_views
from patients.rounds.pages import interruption_views, round_view
from patients.rounds.report import views as report_views
from patients.rounds.settings_page import views as settings_views

urlpatterns: list[URLPattern] = [
    path("handover/", handover_views.handover, name="handover"),
    path("handover/give/<int:ward_id>/", handover_views.handover_give, name="handover_give"),
    path("handover/<uuid:uid>/", handover_views.handover_show, name="handover_show"),
    path("handover/<uuid:uid>/accept/", handover_views.handover_accept, name="handover_accept"),
    path("courses/<uuid:uid>/handover-note/", note_views.handover_note, name="handover_note"),
    path(
        "courses/<uuid:uid>/handover-note/<uuid:note_uid>/withdraw/",
        note_views.handover_note_withdraw,
        name="handover_note_withdraw",
    ),
    path("rounds/report/", report_views.round_report, name="round_report"),
    path("rounds/report/<slug:table>.csv", report_views.round_report_csv, name="round_report_csv"),
    path("rounds/messages/", message_views.round_messages, name="round_messages"),
    path("rounds/settings/<int:ward_id>/", settings_views.round_settings, name="round_settings"),
    path("courses/<uuid:uid>/call/", call_views.call, name="call"),
    path("courses/<uuid:uid>/call/informed/", call_views.call_informed, name="call_informed"),
    path("courses/<uuid:uid>/call/answer/", call_views.call_answer, name="call_answer"),
    path("courses/<uuid:uid>/call/close/", call_views.call_close, name="call_close"),
    path("courses/<uuid:uid>/worried/", worried.worried, name="worried"),
    path("rounds/", round_view.rounds, name="rounds"),
    path("home/", home_views.at_home, name="at_home"),
    path("courses/<uuid:uid>/calendar/", home_views.home_calendar, name="home_calendar"),
    path("courses/<uuid:uid>/calendar/plan/", home_views.contacts_plan, name="contacts_plan"),
    path(
        "courses/<uuid:uid>/calendar/<uuid:contact_uid>/done/",
        home_views.contact_done,
        name="contact_done",
    ),
    path(
        "courses/<uuid:uid>/calendar/<uuid:contact_uid>/withdraw/",
        home_views.contact_withdraw,
        name="contact_withdraw",
    ),
    path("courses/<uuid:uid>/pause/", interruption_views.pause_new, name="pause_new"),
    path(
        "courses/<uuid:uid>/pause/<uuid:pause_uid>/end/",
        interruption_views.pause_end,
        name="pause_end",
    ),
    path(
        "courses/<uuid:uid>/pause/<uuid:pause_uid>/withdraw/",
        interruption_views.pause_withdraw,
        name="pause_withdraw",
    ),
    path("courses/<uuid:uid>/not-done/<str:clock>/", interruption_views.not_done, name="not_done"),
    path(
        "courses/<uuid:uid>/not-done/<str:clock>/<uuid:omission_uid>/withdraw/",
        interruption_views.not_done_withdraw,
        name="not_done_withdraw",
    ),
]
