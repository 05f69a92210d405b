"""Limits on what a request may bring, checked before the session, the token or the sign-in.

Cartox takes forms, and no files. What is not a form, is too long or did not arrive whole is
answered here, for every address and method. Nothing of it is stored, and nothing written to disk.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import BadRequest, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]

FORM = "application/x-www-form-urlencoded"
NO_LENGTH = "Cartox needs to know the length of a form before it arrives. Nothing was saved."
NO_FORM = "Cartox takes forms, and no files. Nothing was saved."
TOO_LARGE = (
    "This is more than a form of Cartox can hold. Nothing was saved. Go back and shorten it."
)
NOT_WHOLE = "The form did not arrive whole. Nothing was saved. Go back and save again."


class BodyLimitsMiddleware:
    """Lets in only requests without a body, and whole forms within the limits."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        refusal = _refusal_by_headers(request) or _refusal_by_body(request)
        if refusal is None:
            return self.get_response(request)
        status, sentence = refusal
        headers = {"Cache-Control": "no-store"}
        return HttpResponse(sentence, status=status, content_type="text/plain", headers=headers)


def _refusal_by_headers(request: HttpRequest) -> tuple[HTTPStatus, str] | None:
    """Why this body is not read at all; None where it may be."""
    length = (request.META.get("CONTENT_LENGTH") or "0").lstrip("0") or "0"
    if "HTTP_TRANSFER_ENCODING" in request.META:
        return HTTPStatus.LENGTH_REQUIRED, NO_LENGTH
    if not (length.isascii() and length.isdecimal()):
        return HTTPStatus.BAD_REQUEST, NO_LENGTH
    if length != "0" and request.content_type != FORM:
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, NO_FORM
    limit = str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    if len(length) > len(limit) or int(length) > int(limit):  # digits without end are no number
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE
    return None


def _refusal_by_body(request: HttpRequest) -> tuple[HTTPStatus, str] | None:
    """Why this form is not taken, now that it is read: it was cut off, or has too many fields."""
    declared = int(request.META.get("CONTENT_LENGTH") or "0")
    if declared == 0:
        return None
    try:
        arrived = len(request.body)
        _ = request.POST
    except UnreadablePostError:
        return HTTPStatus.BAD_REQUEST, NOT_WHOLE
    except TooManyFieldsSent:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE
    except BadRequest:  # another encoding than UTF-8
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, NO_FORM
    return (HTTPStatus.BAD_REQUEST, NOT_WHOLE) if arrived < declared else None
