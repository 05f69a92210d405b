"""What a person sees of a page, and the forms in it as a browser would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

EMPTY_ELEMENTS = {"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "use", "wbr"}
UNREAD = {"script", "style", "template", "svg", "select", "button"}
"""Elements whose words are no sentences of the page."""

Values = dict[str, list[str]]


@dataclass(slots=True)
class Form:
    """A form: where it goes, the values that it is sent with untouched, and its buttons."""

    id: str
    action: str
    values: Values = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Element:
    tag: str
    id: str
    is_hidden: bool
    is_alert: bool


class Page(HTMLParser):
    """A page as it was read: its visible words, and its forms."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._visible: list[str] = []
        self._by_id: dict[str, list[str]] = {}
        self._alerts: list[str] = []
        self._open: list[_Element] = []
        self._form: Form | None = None
        self._select = self._textarea = ""
        self.feed(text)

    @property
    def words(self) -> str:
        """The visible words, with single spaces."""
        return " ".join(" ".join(self._visible).split())

    @property
    def alerts(self) -> str:
        """The visible words that a screen reader interrupts for."""
        return " ".join(" ".join(self._alerts).split())

    def words_of(self, element: str) -> str:
        """The words of the element with this id, which a script shows, hidden or not."""
        return " ".join(" ".join(self._by_id.get(element, ())).split())

    def form(self, element: str) -> Form | None:
        return next((form for form in self.forms if form.id == element), None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in EMPTY_ELEMENTS:
            is_hidden = "hidden" in given or tag in UNREAD
            is_alert = given.get("role") == "alert"
            self._open.append(_Element(tag, given.get("id", ""), is_hidden, is_alert))
        if tag == "form":
            self._form = Form(given.get("id", ""), given.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None and given.get("name", "") + self._select:
            self._read_control(tag, given, self._form)

    def _read_control(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            form.values[self._select] = [value]
        elif tag == "textarea":
            self._textarea = name
            form.values[name] = [""]
        elif tag == "button" and given.get("type", "submit") == "submit":
            form.buttons.append((name, value))
        elif tag == "input" and given.get("type") in ("radio", "checkbox"):
            if "checked" in given:
                form.values.setdefault(name, []).append(value or "on")
        elif tag == "input":
            form.values.setdefault(name, []).append(value)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """As a start tag, and never open: parts of a drawing are closed so."""
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY_ELEMENTS:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""
        if any(element.tag == tag for element in self._open):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._textarea and self._form is not None:
            [before] = self._form.values[self._textarea]
            self._form.values[self._textarea] = [before + data]
            return
        if not any(element.is_hidden for element in self._open):
            self._visible.append(data)
            if any(element.is_alert for element in self._open):
                self._alerts.append(data)
        for element in self._open:
            if element.id:
                self._by_id.setdefault(element.id, []).append(data)
