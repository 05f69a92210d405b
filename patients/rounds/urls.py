"""The pages of the round. Each page's owner adds its lines."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
