"""What a request may bring: a whole form within the limits; everything else is answered at once."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as cartox
from django.core.exceptions import TooManyFilesSent
from django.core.handlers.wsgi import WSGIRequest
from django.db.models import FileField
from django.test import Client, RequestFactory

from cartox_site.bodies import FORM, TOO_LARGE, BodyLimitsMiddleware

ROOT = Path(__file__).resolve().parents[2]
LIMIT = cartox.DATA_UPLOAD_MAX_MEMORY_SIZE
MULTIPART = "multipart/form-data; boundary=cut"
FILE = b'--cut\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nlong\r\n--cut--\r\n'
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
EVERY_PLACE = (
    "/",
    "/find/",
    "/admit/",
    "/courses/00000000-0000-4000-8000-000000000000/assessments/new/",
    "/accounts/login/",
    "/accounts/password/",
    "/admin/login/",
    "/admin/patients/ward/add/",
    "/static/css/base.css",
    "/nowhere/at/all",
)


class NeverRead(BytesIO):
    """A body that must not be read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("The body was read.")

    readline = read


def sent(
    method: str, address: str, content_type: str, length: str | int, **environ: Any
) -> tuple[int, str]:
    """Status and text of the answer to a request whose body must not be read."""
    about = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(length)}
    answer = Client().generic(method, address, **about, **{"wsgi.input": NeverRead()}, **environ)
    return answer.status_code, b"".join(answer).decode()


@pytest.mark.parametrize("address", EVERY_PLACE)
@pytest.mark.parametrize("method", METHODS)
def test_a_file_and_a_long_body_are_refused_everywhere_and_never_read(
    method: str, address: str
) -> None:
    status, sentence = sent(method, address, MULTIPART, 5_000_000_000)
    assert (status, "Nothing was saved." in sentence) == (415, True)
    status, sentence = sent(method, address, FORM, LIMIT + 1)
    assert (status, "Nothing was saved." in sentence) == (413, True)


@pytest.mark.parametrize(
    "content_type",
    [
        MULTIPART,
        "Multipart/Form-Data; boundary=cut",
        "multipart/mixed; boundary=cut",
        "multipart/form-data",
        "application/json",
        "text/plain",
        "application/octet-stream",
        "text/xml",
        f"{FORM}x",
        "",
        ";",
    ],
)
def test_what_is_no_form_is_refused_by_its_type(content_type: str) -> None:
    assert sent("POST", "/accounts/login/", content_type, 10)[0] == 415


@pytest.mark.parametrize("length", ["-1", "+5", "5,5", "0x10", "1e3", "²", " 5", "many"])
def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    status, sentence = sent("POST", "/accounts/login/", FORM, length)
    assert (status, "Nothing was saved." in sentence) == (400, True)


def test_a_length_of_thousands_of_digits_is_too_large() -> None:
    assert sent("POST", "/accounts/login/", FORM, "9" * 5_000)[0] == 413


def test_a_body_of_unknown_length_is_refused() -> None:
    status, sentence = sent("POST", "/accounts/login/", FORM, "", HTTP_TRANSFER_ENCODING="chunked")
    assert (status, "Nothing was saved." in sentence) == (411, True)


def answer_to(body: bytes, *, length: int, content_type: str = FORM) -> tuple[int, str]:
    """Status and text of the answer to a form of this body that says it has this length."""
    about = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(length)}
    answer = Client().generic("POST", "/", **about, **{"wsgi.input": BytesIO(body)})
    return answer.status_code, answer.content.decode()


def test_a_form_that_was_cut_off_on_its_way_is_not_read_as_a_whole_one() -> None:
    status, sentence = answer_to(b"temperature_c=38.5&systolic_mmhg=12", length=36)
    assert status == 400
    assert sentence == "The form did not arrive whole. Nothing was saved. Go back and save again."


class Broken(BytesIO):
    """A body of which the connection breaks before its end."""

    def read(self, *_: Any) -> bytes:
        raise TimeoutError


def test_a_form_whose_connection_breaks_is_refused() -> None:
    about = {"CONTENT_TYPE": FORM, "CONTENT_LENGTH": "36", "wsgi.input": Broken()}
    answer = Client().generic("POST", "/", **about)
    assert (answer.status_code, "Nothing was saved." in answer.content.decode()) == (400, True)


def test_a_form_of_too_many_fields_is_refused() -> None:
    most = cartox.DATA_UPLOAD_MAX_NUMBER_FIELDS
    for fields, status in ((most + 1, 413), (most, 302)):  # 302: to the sign-in
        body = b"&".join([b"a=1"] * fields)
        assert answer_to(body, length=len(body))[0] == status


def test_a_form_in_another_encoding_is_refused() -> None:
    assert answer_to(b"a=1", length=3, content_type=f"{FORM}; charset=utf-16")[0] == 415


def test_the_answer_keeps_the_limits_that_every_answer_has() -> None:
    answer = Client().generic("POST", "/", CONTENT_TYPE=MULTIPART, CONTENT_LENGTH="9")
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "text/plain"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_a_file_that_came_in_all_the_same_could_be_put_nowhere() -> None:
    about = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": MULTIPART, "CONTENT_LENGTH": len(FILE)}
    request = WSGIRequest(about | {"wsgi.input": BytesIO(FILE)})
    assert request.upload_handlers == []
    with pytest.raises(TooManyFilesSent):
        _ = request.POST


def test_no_page_of_ours_and_none_of_the_admin_sends_a_file() -> None:
    files = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/js/*.js")]
    texts = [file.read_text(encoding="utf-8") for file in files]
    assert not [text for text in texts if re.search("multipart|enctype|hx-encoding", text)]
    fields = [field for model in apps.get_models() for field in model._meta.get_fields()]
    assert not [field for field in fields if isinstance(field, FileField)]


def test_the_proxy_of_the_documentation_has_the_same_limit_and_the_same_sentence() -> None:
    page = (ROOT / "docs/running.md").read_text(encoding="utf-8")
    megabytes = re.search(r"client_max_body_size +(\d+)m;", page)
    assert megabytes is not None
    assert int(megabytes[1]) * 1024 * 1024 == LIMIT
    assert f'return 413 "{TOO_LARGE}";' in page
    assert 'return 503 "Not known whether it was saved. Load this page again to send it' in page


def test_what_a_browser_sends_comes_through(rf: RequestFactory) -> None:
    """The whole form reaches the page, and so does a request without a body."""
    page = BodyLimitsMiddleware(lambda request: str(request.POST.dict()))  # type: ignore[arg-type, return-value]
    form = rf.post("/", {"note": "38,5 °C & more"})
    assert str(page(form)) == "{'note': '38,5 °C & more'}"
    assert str(page(rf.get("/"))) == "{}"
