"""Inputs are written by Python as Django's own templates write them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting

from patients.forms.fields import ListField, TapField, TapSelect, TapSelectMany
from patients.forms.renderer import InputRenderer

TRICKY = "<b>\"Roe\" & 'Doe'</b>"
DAYS = [("", "date"), ("2026-01-05", "today"), (TRICKY, TRICKY)]
GROUPED = [("none", "none"), (TRICKY, [("a", "first"), ("b", TRICKY)])]


class Elements(HTMLParser):
    """Elements with their attributes, and the text between them without its spaces."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[Any] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.elements.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.elements.append(data.strip())


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.TextInput({"placeholder": TRICKY, "maxlength": 5}), TRICKY),
        (forms.TextInput({"autofocus": True, "hidden": False}), None),
        (forms.HiddenInput(), "7"),
        (forms.TimeInput(format="%H:%M"), "06:40"),
        (forms.Select({"aria-label": "date"}, choices=DAYS), "2026-01-05"),
        (forms.Select(choices=GROUPED), "b"),
        (forms.Select(choices=DAYS), TRICKY),
    ],
)
def test_reads_as_the_template_of_django(widget: forms.Widget, value: Any) -> None:
    attributes = {"id": "id_field", "aria-invalid": "true"}
    mine, its = (
        widget.render("field", value, attributes, renderer)
        for renderer in (InputRenderer(), TemplatesSetting())
    )
    assert Elements(mine).elements == Elements(its).elements


def test_an_answer_is_a_button_and_its_label() -> None:
    taps = TapSelectMany({"data-alone": "none"}, choices=[("none", "none"), ("a", TRICKY)])
    assert Elements(taps.render("icp", ["a"], {"id": "id_icp"})).elements == [
        ("div", [("class", "choices"), ("id", "id_icp")]),
        ("label", []),
        ("input", [*_input("checkbox", "icp", "none"), ("data-alone", "none"), ("id", "id_icp_0")]),
        ("span", []),
        "none",
        "/span",
        "/label",
        ("label", []),
        (
            "input",
            [
                *_input("checkbox", "icp", "a"),
                ("data-alone", "none"),
                ("id", "id_icp_1"),
                ("checked", None),
            ],
        ),
        ("span", []),
        TRICKY,
        "/span",
        "/label",
        ("button", _take_back("submit", "fill", "icp=", "class", "take-back")),
        ("span", [("aria-hidden", "true")]),
        "✕",
        "/span",
        "/button",
        "/div",
    ]


def test_one_answer_alone_is_written_as_among_the_others() -> None:
    class Taps(forms.Form):
        agent = TapField("Drug", [("tocilizumab", TRICKY)])
        icp = ListField("ICP", [("papilledema", "papilledema")])

    for bound in Taps():
        answers = Elements("".join(answer.tag() for answer in bound.subwidgets)).elements
        assert answers
        assert Elements(str(bound)).elements[1:][: len(answers)] == answers
    assert "<span>&lt;b&gt;" in str(Taps()["agent"].subwidgets[0].tag())


def test_answers_stand_in_groups_with_a_name() -> None:
    markup = TapSelectMany(choices=GROUPED).render("other", [], {"id": "id_other"})
    [group] = [
        attributes
        for tag, attributes in (pair for pair in Elements(markup).elements if pair[0] == "div")
        if ("role", "group") in attributes
    ]
    assert ("aria-label", TRICKY) in group


def test_every_answer_can_be_taken_back_by_a_control_of_its_own() -> None:
    taps = TapSelect(choices=[("yes", "yes"), ("not_assessed", "not assessed")])
    cross = _take_back("radio", "motor", "not_assessed")
    assert ("input", cross) in Elements(taps.render("motor", None)).elements
    taps.asks_not_assessed = True
    assert "not assessed" in Elements(taps.render("motor", None)).elements
    assert ("input", cross) not in Elements(taps.render("motor", None)).elements


def _take_back(kind: str, name: str, value: str, *more: str) -> list[tuple[str, str | None]]:
    """The attributes of a cross."""
    words = "take the answer back"
    first = [(more[0], more[1])] if more else []
    return [*first, *_input(kind, name, value), ("aria-label", words), ("title", words)]


def _input(kind: str, name: str, value: str) -> list[tuple[str, str | None]]:
    return [("type", kind), ("name", name), ("value", value)]
