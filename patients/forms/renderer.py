"""The markup of inputs, written in Python instead of templates.

The assessment form has 266 inputs. Django renders each by two nested templates, which took three
quarters of the time of the page. Every other template of a form is rendered as usual.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]
"""The variable `widget` of a widget's template, as Django fills it in."""

TAPS, TAP = "taps", "tap"
"""The names of two templates that exist here alone: all answers of a field, and one of them."""

CROSS = '<span aria-hidden="true">✕</span>'
TAKE_BACK = "take the answer back"
"""What the cross beside an answer does, for those who hear the page."""


class InputRenderer(TemplatesSetting):
    """Django's own renderer, except for the templates that `WRITERS` replaces."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        if template_name in WRITERS:
            return widget_html(context["widget"])
        return super().render(template_name, context, request)


def widget_html(widget: Widget) -> SafeString:
    """A widget, or one part of several, whose template `WRITERS` replaces."""
    return WRITERS[widget["template_name"]](widget)


def input_html(widget: Widget) -> SafeString:
    """An <input> of any type."""
    attributes = _of_input(widget)
    return format_html(f"<input{_pattern(attributes)}>", *_values(attributes))


def select_html(widget: Widget) -> SafeString:
    """A <select>, its options in groups where they have a name."""
    content = SafeString("")
    for name, options, _ in widget["optgroups"]:
        written = SafeString("")
        for option in options:
            attributes = {"value": str(option["value"]), **option["attrs"]}
            pattern = f"\n  <option{_pattern(attributes)}>{{}}</option>"
            written += format_html(pattern, *_values(attributes), option["label"])
        group = '\n  <optgroup label="{}">{}\n  </optgroup>'
        content += format_html(group, name, written) if name else written
    attributes = {"name": widget["name"], **widget["attrs"]}
    pattern = f"<select{_pattern(attributes)}>{{}}\n</select>"
    return format_html(pattern, *_values(attributes), content)


def taps_html(widget: Widget) -> SafeString:
    """Answers as buttons side by side, in groups where they have a name."""
    group = (
        '<div class="choices__group" role="group" aria-label="{}">'
        '<span class="choices__name" aria-hidden="true">{}</span>{}</div>'
    )
    content = SafeString("")
    for name, options, _ in widget["optgroups"]:
        taps = format_html_join("", "{}", ((tap_html(option),) for option in options))
        content += format_html(group, name, name, taps) if name else taps
    if "takes_back" in widget:
        content += _take_back_button(widget["takes_back"])
    attributes = {"class": "choices", "id": widget["attrs"].get("id", False)}
    return format_html(f"<div{_pattern(attributes)}>{{}}</div>", *_values(attributes), content)


def tap_html(option: Widget) -> SafeString:
    """One answer; `takes_back` marks the cross that takes back another."""
    attributes = _of_input(option)
    if option.get("takes_back"):
        attributes |= {"aria-label": TAKE_BACK, "title": TAKE_BACK}
        tap = f'<label class="take-back"><input{_pattern(attributes)}>{CROSS}</label>'
        return format_html(tap, *_values(attributes))
    tap = f"<label><input{_pattern(attributes)}><span>{{}}</span></label>"
    return format_html(tap, *_values(attributes), option["label"])


def _take_back_button(offer: Any) -> SafeString:
    """The cross of several answers: an offer that leaves none of them."""
    button = (
        '<button class="take-back" type="submit" name="fill" value="{}" aria-label="{}" title="{}">'
        f"{CROSS}</button>"
    )
    return format_html(button, offer.query, offer.label, offer.label)


def _of_input(widget: Widget) -> dict[str, Any]:
    """The attributes of an <input>."""
    value = False if widget["value"] is None else str(widget["value"])
    return {"type": widget["type"], "name": widget["name"], "value": value, **widget["attrs"]}


def _pattern(attributes: Mapping[str, Any]) -> str:
    """The attributes with a place for each value; True stands as the name alone, False is left out.

    Names of attributes stand in the code of the forms, so that they need no escaping.
    """
    return "".join(
        f" {name}" if value is True else f' {name}="{{}}"'
        for name, value in attributes.items()
        if value is not False
    )


def _values(attributes: Mapping[str, Any]) -> list[Any]:
    """The values for the places of `_pattern`."""
    return [value for value in attributes.values() if not isinstance(value, bool)]


WRITERS: dict[str, Callable[[Widget], SafeString]] = {
    "django/forms/widgets/text.html": input_html,
    "django/forms/widgets/hidden.html": input_html,
    "django/forms/widgets/time.html": input_html,
    "django/forms/widgets/select.html": select_html,
    TAPS: taps_html,
    TAP: tap_html,
}
