"""The pages of drafts."""

from django.urls import URLPattern, path

from patients.drafts import views

urlpatterns: list[URLPattern] = [
    path("drafts/", views.drafts, name="drafts"),
    path("drafts/keep/", views.draft_keep, name="draft_keep"),
    path("drafts/discard/", views.draft_discard, name="draft_discard"),
    path("drafts/key/", views.draft_key, name="draft_key"),
]
