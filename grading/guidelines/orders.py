"""Whether a text reads as an order: a line says what can be done, and the physician decides.

Takes   an English text of a management option, ours or of a site.
Gives   the words that make it an order, so that a message can name them; empty where none does.
Source  local: options, never orders.
"""

from __future__ import annotations

import re

VERBS = """
add adjust administer admit alert anticipate apply arrange ask assess attribute avoid begin
bring calculate choose complete confirm consider consult continue convert correct
de-escalate deescalate deliver determine differentiate discontinue discuss distinguish
elevate ensure escalate evaluate examine exclude exercise expect follow give halve identify
inform initiate inject insert intensify intubate investigate keep let look lower maintain
make manage minimize move notify obtain omit perform postpone prefer prescribe prevent
proceed protect provide put re-evaluate re-image reassess recheck recognize refer reinitiate
remember remove replace restart restrict resume rule secure see seek send start stop suspect
titrate transfuse treat verify wean weigh withdraw withhold
"""
"""Verbs that order where they stand at the head of a clause."""

NOUNS_TOO = """
attempt call change check contact culture delay discharge document dose double draw guide
hold image increase limit measure monitor note offer order place raise record reduce repeat
report review screen support switch take taper test transfer transition trial try use wait
watch
"""
"""Words that are nouns as well: an order where an object follows, not before `of` or a colon."""

AFTER_A_NOUN = """
after and are as at before by can during every for from if in is may not of on once only or
over per then to until when where while with without
"""
BEFORE_A_VERB = """
also always again at-once carefully early first further gradually immediately instead just
never next not now only please promptly quickly rapidly rather slowly soon still urgently
"""
BEFORE_A_NOUN = "early first further next only"
"""Of these also adjectives: the next dose, further use."""
OBLIGATION = re.compile(
    r"\b(?:must|shall|should|ought to"
    r"|(?:has|have|need|needs|is|are) to(?: be)?)\b"
)
CLAUSES = re.compile(r"[.;:,!?()\[\]/–—]|\s-\s|\b(?:and|or|but|then|so|else)\b")
WORDS = re.compile(r"[a-z]+(?:['-][a-z]+)*")


def order_in(text: str) -> str:
    """The first words that read as an order; empty where the text is an option."""
    lower = " ".join(text.lower().replace("’", "'").split())
    if obliged := OBLIGATION.search(lower):
        return obliged.group()
    start = 0
    for end in (*(match for match in CLAUSES.finditer(lower)), None):
        clause = lower[start : None if end is None else end.start()]
        if verb := _ordering_head(clause, before_colon=end is not None and end.group() == ":"):
            return verb
        start = len(lower) if end is None else end.end()
    return ""


def _ordering_head(clause: str, *, before_colon: bool) -> str:
    """The verb at the head of a clause where it orders; adverbs before it are passed over."""
    words = WORDS.findall(clause)
    before: list[str] = []
    while words and words[0] in BEFORE_A_VERB.split():
        before.append(words.pop(0))
    if not words or clause.lstrip().startswith("{"):
        return ""
    if words[0] in {"do", "don't"}:
        return "do not"
    head, *rest = words
    if head in NOUNS_TOO.split():
        is_described = any(word in BEFORE_A_NOUN.split() for word in before)
        is_noun = before_colon or not rest or rest[0] in AFTER_A_NOUN.split() or is_described
        return "" if is_noun else head
    return head if head in VERBS.split() else ""
