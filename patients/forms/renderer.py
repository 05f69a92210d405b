"""How inputs become markup: written here, not by templates.

The assessment form has 266 inputs. Django renders each by two nested templates, which took three
quarters of the time of the page. Every other template of a form is rendered as usual.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]
"""What Django gives to the template of a widget."""


TAPS = "taps"
"""The name of a template that is written here alone."""


class InputRenderer(TemplatesSetting):
    """Django's own renderer, but for the templates that `WRITERS` replaces."""

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
    attributes = {"name": widget["name"], **widget["attrs"]}
    return format_html(
        f"<select{_pattern(attributes)}>{{}}\n</select>",
        *_values(attributes),
        format_html_join("", "{}", ((_options_html(*group),) for group in widget["optgroups"])),
    )


def _options_html(name: str | None, options: Iterable[Widget], _index: int) -> SafeString:
    written = format_html_join("", "{}", ((_option_html(option),) for option in options))
    if not name:
        return written
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, written)


def _option_html(option: Widget) -> SafeString:
    attributes = {"value": str(option["value"]), **option["attrs"]}
    pattern = f"\n  <option{_pattern(attributes)}>{{}}</option>"
    return format_html(pattern, *_values(attributes), option["label"])


def taps_html(widget: Widget) -> SafeString:
    """Answers as buttons side by side, in groups where they have a name."""
    attributes = {"class": "choices", "id": widget["attrs"].get("id", False)}
    return format_html(
        f"<div{_pattern(attributes)}>{{}}</div>",
        *_values(attributes),
        format_html_join("", "{}", ((_taps_html(*group),) for group in widget["optgroups"])),
    )


def _taps_html(name: str | None, options: Iterable[Widget], _index: int) -> SafeString:
    taps = format_html_join("", "{}", ((_tap_html(option),) for option in options))
    if not name:
        return taps
    return format_html(
        '<div class="choices__group" role="group" aria-label="{}">'
        '<span class="choices__name" aria-hidden="true">{}</span>{}</div>',
        name,
        name,
        taps,
    )


def _tap_html(option: Widget) -> SafeString:
    """One answer; `without_script` marks one that only a page without a script needs."""
    attributes = _of_input(option)
    tap = f"<label><input{_pattern(attributes)}><span>{{}}</span></label>"
    pattern = f"<noscript>{tap}</noscript>" if option.get("without_script") else tap
    return format_html(pattern, *_values(attributes), option["label"])


def _of_input(widget: Widget) -> dict[str, Any]:
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
}
