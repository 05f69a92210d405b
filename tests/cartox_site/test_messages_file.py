"""The file with the addresses of a site: read at start, and never quoted."""

from __future__ import annotations

from pathlib import Path

import pytest

from patients.rounds.messages.site_messages import SiteMessages, site_messages_of
from tests.cartox_site.test_settings import PRODUCTION, start

ADDRESSES = '[addresses]\non_call = "mailtos://user:pass-word@example.org"\n'
BASE = {"CARTOX_BASE_URL": "https://cartox.example.org/"}


def read(text: str, tmp_path: Path, base: dict[str, str], *, desk_mode: bool) -> SiteMessages:
    path = tmp_path / "messages.toml"
    path.write_text(text, encoding="utf-8")
    return site_messages_of({"CARTOX_MESSAGES": str(path)} | base, desk_mode=desk_mode)


def test_without_a_file_no_message_leaves() -> None:
    assert site_messages_of({}, desk_mode=False) == SiteMessages()


def test_a_file_names_addresses_and_by_itself_no_patient(tmp_path: Path) -> None:
    site = read(ADDRESSES, tmp_path, BASE, desk_mode=False)
    assert dict(site.addresses) == {"on_call": "mailtos://user:pass-word@example.org"}
    assert (site.names_patients, site.base_url) == (False, "https://cartox.example.org")
    assert "pass-word" not in repr(site)


def test_a_site_may_let_names_leave(tmp_path: Path) -> None:
    text = f"names_patients = true\n{ADDRESSES}"
    assert read(text, tmp_path, BASE, desk_mode=False).names_patients is True


def test_a_link_may_be_without_https_on_a_desk_alone(tmp_path: Path) -> None:
    plain = {"CARTOX_BASE_URL": "http://127.0.0.1:8000"}
    assert read(ADDRESSES, tmp_path, plain, desk_mode=True).base_url == "http://127.0.0.1:8000"
    with pytest.raises(ValueError, match="does not begin with https"):
        read(ADDRESSES, tmp_path, plain, desk_mode=False)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "[addresses] is missing or empty."),
        ("[addresses]\n", "[addresses] is missing or empty."),
        ('addresses = "pass-word"\n', "[addresses] is missing or empty."),
        ('[addresses]\non_call = "pass-word"\n', "[addresses] on_call is no address."),
        ("[addresses]\non_call = 3\n", "[addresses] on_call is no address."),
        ('[addresses]\n"" = "json://pass-word"\n', "[addresses] has a name that is empty"),
        (f'names_patients = "no"\n{ADDRESSES}', "names_patients is neither true nor false."),
        (f"names_patients = 1\n{ADDRESSES}", "names_patients is neither true nor false."),
        ('on_call = "json://pass-word"\n', "on_call is not read here."),
        ('[addresses]\non_call = "json://pass-word', "Unterminated string"),
    ],
)
def test_a_mistake_in_the_file_is_named_and_no_address_quoted(
    text: str, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="CARTOX_MESSAGES, ") as refused:
        read(text, tmp_path, BASE, desk_mode=False)
    assert sentence in str(refused.value)
    assert "pass-word" not in str(refused.value)


@pytest.mark.parametrize("base", ["", "cartox.example.org", "https://a@b", "https://x.org/a?b"])
def test_a_file_without_an_address_of_cartox_is_refused(base: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="CARTOX_BASE_URL is not"):
        read(ADDRESSES, tmp_path, {"CARTOX_BASE_URL": base}, desk_mode=False)


def test_a_file_that_is_not_there_or_has_no_name_is_refused() -> None:
    with pytest.raises(ValueError, match="No such file"):
        site_messages_of({"CARTOX_MESSAGES": "/nowhere.toml"} | BASE, desk_mode=False)
    with pytest.raises(ValueError, match="CARTOX_MESSAGES is empty"):
        site_messages_of({"CARTOX_MESSAGES": ""} | BASE, desk_mode=False)


def test_a_mistake_stops_the_start_with_its_sentence_and_without_the_address(
    tmp_path: Path,
) -> None:
    path = tmp_path / "messages.toml"
    path.write_text('[addresses]\non_call = "pass-word"\n', encoding="utf-8")
    refused = start(**PRODUCTION, **BASE, CARTOX_MESSAGES=str(path))
    assert refused.returncode != 0
    assert "[addresses] on_call is no address." in refused.stderr.splitlines()[-1]
    assert "pass-word" not in refused.stderr
