"""The addresses of Cartox, and one view that does nothing: what every page is measured against."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from cartox_site.urls import urlpatterns as of_cartox


def bare(request: HttpRequest) -> HttpResponse:
    """A sign-in is checked and every middleware passed; nothing else."""
    return HttpResponse("")


def empty(request: HttpRequest) -> HttpResponse:
    """The frame of every page, with nothing in it."""
    return render(request, "base.html")


urlpatterns = [path("bare/", bare), path("empty/", empty), *of_cartox]
