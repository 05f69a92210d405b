"""The tags of the templates: the grade badge, an icon, the age of a value."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from patients.board.lines import PastTime
from patients.forms.renderer import Widget, widget_html
from patients.reading.bedside import Last
from patients.words.badges import Badge, badge_html

register = template.Library()


@register.simple_tag
def grade_badge(shown: Badge, size: str = "") -> SafeString:
    """The one picture of a grade. `size` is empty, "small" or "large"."""
    return badge_html(shown, size)


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon beside words; it is never the only sign."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def age(at: datetime, text: str) -> SafeString:
    """The time since `at` in words, which times.js updates."""
    return format_html('<time datetime="{}" data-age>{}</time>', at.isoformat(), text)


@register.simple_tag
def before(last: Last) -> SafeString:
    """The time of a last value; times.js writes how long before the time typed that was."""
    return format_html(
        '<time datetime="{}" data-before>at {}</time>', last.at.isoformat(), last.clock
    )


@register.simple_tag
def ago(past: PastTime) -> SafeString:
    """A time of the past; times.js puts its age in place of the clock time."""
    return format_html(
        '<time datetime="{}" data-age="{{}} ago">{}</time>', past.at.isoformat(), past.clock
    )


@register.simple_tag
def with_age(past: PastTime) -> SafeString:
    """The clock time of something past; times.js writes its age after it."""
    return format_html(
        '{}<time datetime="{}" data-age=" · {{}} ago"></time>', past.clock, past.at.isoformat()
    )


@register.simple_tag
def over(at: datetime, text: str) -> SafeString:
    """A time that has passed; times.js writes for how long in place of the clock time."""
    return format_html('<time datetime="{}" data-over>{}</time>', at.isoformat(), text)


@register.simple_tag
def part(widget: Widget) -> SafeString:
    """One input of a widget that has several."""
    return widget_html(widget)


@register.simple_tag
def last_value(field: BoundField) -> SafeString:
    """The value recorded before and its age, to stand beside the field."""
    last = getattr(field.field, "last", None)
    if last is None:
        return SafeString("")
    return format_html(
        '<span class="field__last"><span class="visually-hidden">last: </span>'
        "<b>{}</b> · {}</span>",
        last.text,
        before(last),
    )


@register.simple_tag
def remarks(field: BoundField) -> SafeString:
    """The place for the remarks of a field; a template is rendered where there are any."""
    if vars(field.field).get("remarks"):
        return render_to_string("fields/_says.html", {"field": field})
    return _empty_place(field, "")


@register.simple_tag
def empty_remarks(fields: Iterable[BoundField]) -> SafeString:
    """The empty places of all fields without a remark; they replace those with an older one."""
    silent = (field for field in fields if not vars(field.field).get("remarks"))
    replacing = SafeString(' hx-swap-oob="morph"')
    return format_html_join("", "{}", ((_empty_place(field, replacing),) for field in silent))


def _empty_place(field: BoundField, more: str) -> SafeString:
    place = '<div class="says" id="{}_error" aria-live="polite"{}></div>'
    return format_html(place, field.auto_id, more)
