"""The rows above and below the conversation: title, tabs, the way so far, the pending question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assistant.inference import Differential, percent
from assistant.knowledge import KnowledgeBase
from assistant.session import OPENING, STOP, Interview, Utterance
from assistant.tui.panes import change_span
from assistant.tui.rows import Row, Span, clipped, flowing, justified, row_width, safe, shortened, wrapped

LEAST = (60, 16)
"""Columns and rows below which nothing useful fits."""


def too_small_rows(width: int, height: int, plain: str = "emh chat --plain") -> list[Row]:
    """Return what a window says that is smaller than LEAST, and the command that needs no window."""
    text = (
        f"The window is too small: {width} x {height}. emh needs {LEAST[0]} columns and {LEAST[1]} rows. "
        f"Nothing is lost: make it larger, or use {plain}."
    )
    return [((line, "text"),) for line in wrapped(text, width)]


def placeholder(interview: Interview, question: Utterance | None, *, paste: bool) -> str:
    """Return what the empty input says it waits for."""
    pending = interview.pending
    if paste:
        return "paste here"
    if pending is None:
        return "add or correct something"
    if pending.to == OPENING:
        return "describe or paste the case, or a number"
    if pending.to == STOP:
        return "1 or 2"
    if question is not None and question.options:
        return "a number, or your own words"
    return "your answer, in your own words"


_BRIEFLY = 4
"""So many diagnoses at most stand in one row."""


def brief_row(
    knowledge: KnowledgeBase, shown: Differential, before: Mapping[str, float] | None, width: int
) -> Row:
    """Return the leading diagnoses in one row, the leader with its certainty word; none of them is cut."""
    parts: list[Span] = []
    for number, (name, probability) in enumerate(list(shown.posterior.items())[:_BRIEFLY]):
        change = change_span(before, name, probability)[0].strip()
        text = f"{safe(knowledge.diagnoses[name].short)} {percent(probability)}"
        text += f" ({change})" if change else ""
        text += f", {shown.certainty(probability)}" if number == 0 else ""
        span = (text if number == 0 else f" · {text}", "leader" if number == 0 else "quiet")
        if parts and row_width((*parts, span)) > width:
            break
        parts.append(span)
    return clipped(parts, width)


_GROUNDS = {
    "must_ask": "always asked",
    "informative": "most telling now",
    "clarify": "once more, please",
    "narrow": "more exactly, please",
    "confirm": "to confirm",
}


def question_rows(wording: str, options: Iterable[str], width: int) -> list[Row]:
    """Return the pending question and its numbered options."""
    rows: list[Row] = [((line, "question"),) for line in wrapped(safe(wording).strip(), width)]
    return [*rows, *options_rows(options, width, "number", "text")]


def options_rows(options: Iterable[str], width: int, number_style: str, style: str) -> list[Row]:
    """Return the numbered options of a question, one after another."""
    items: list[Row] = []
    for option in options:
        number, _, words = safe(option).partition(" ")
        items.append(((number, number_style), (f" {shortened(words, width - len(number) - 3)}", style)))
    return flowing(items, width, gap=3, indent=2)


def progress_row(interview: Interview, width: int) -> Row:
    """Return how far each section has come, in one row, and why the pending question is asked."""
    pending = interview.pending
    reason = "narrow" if pending and pending.kept is not None else pending.reason if pending else ""
    ground = _GROUNDS.get(reason, "")
    right: list[Span] = [(ground, "quiet")] if ground else []
    sections = interview.progress
    present = _present_section(interview)
    full: list[Span] = []
    for number, (title, done, of) in enumerate(sections):
        here = number == present
        full.append((" · " if number else "", "quiet"))
        full.append((f"{safe(title)} {done}/{of}", "section" if here else "quiet"))
    if row_width(tuple(full)) + row_width(tuple(right)) + 2 <= width:
        return justified(full, right, width)
    signs = "".join("●" if of and done >= of else "◐" if done else "○" for _, done, of in sections)
    done_all, of_all = sum(done for _, done, _ in sections), sum(of for _, _, of in sections)
    left: list[Span] = []
    if present is not None:
        title, done, of = sections[present]
        left.append((f"{safe(title)} {done}/{of}", "section"))
        left.append(("  ", "text"))
    left.extend([(signs, "quiet"), (f" {done_all}/{of_all}", "quiet")])
    if row_width(tuple(left)) + row_width(tuple(right)) + 1 > width:
        right = []
    return justified(left, right, width)


VIEWS = ("conversation", "differential", "reasons", "advice")
"""What a narrow window shows one at a time; a wide one has all but the advice beside the conversation."""

_TABS = {"conversation": "Talk", "differential": "DDx", "reasons": "Reasons", "advice": "Advice"}
"""View -> its tab, short enough for all of them in sixty columns."""


def tabs_spans(views: Sequence[str], present: str, alerts: int) -> list[Span]:
    """Return the tabs of `views`, the present one in brackets, the advice with the number of its alerts."""
    spans: list[Span] = []
    for view in views:
        label = _TABS[view] + (f" {alerts}!" if view == "advice" and alerts else "")
        spans.append((f"[{label}]" if view == present else f" {label} ", _tab_style(view, present)))
    return spans


def _tab_style(view: str, present: str) -> str:
    return "tab-here" if view == present else "tab"


def tab_named(label: str) -> str | None:
    """Return the view whose tab was clicked."""
    words = label.strip(" []").split(" ")[0]
    return next((view for view, name in _TABS.items() if name == words), None)


def tabs_row(interview: Interview, width: int, present: str, *, brief: bool) -> Row:
    """Return the tabs of a narrow window and, once it is known, the leading diagnosis."""
    tabs = tabs_spans(VIEWS, present, alerts_now(interview) if brief else 0)
    if not brief or not interview.answers:
        return clipped(tabs, width)
    shown = interview.differential
    name = safe(interview.knowledge.diagnoses[shown.leader].short)
    share = percent(shown.posterior[shown.leader])
    room = width - row_width(tuple(tabs)) - len(share) - 3
    leader = [(f"{shortened(name, room)} {share}", "leader")] if room >= 4 else []
    return justified(tabs, leader, width)


def alerts_now(interview: Interview) -> int:
    """Return how many of the alerts that have interrupted hold now."""
    return sum(rule.kind == "alert" and rule.id in interview.state.alerted for rule in interview.advice)


def _present_section(interview: Interview) -> int | None:
    asked = interview.pending.to if interview.pending else None
    if asked in (None, OPENING, STOP):
        return None
    for number, section in enumerate(interview.script.sections):
        if any(question.finding == asked for question in section.questions):
            return number
    return None


def title_row(interview: Interview, width: int, *, brief: bool) -> Row:
    """Return the title line: what runs here, and at its end where it is kept, or the brief differential."""
    left: list[Span] = [("emh ", "heading")]
    if brief:
        shown = interview.differential
        return (*left, *brief_row(interview.knowledge, shown, interview.before, width - 4))
    left.append((f" {safe(interview.script.title)}", "text"))
    count = len(interview.answers)
    answers = "no answer yet" if not count else "1 answer" if count == 1 else f"{count} answers"
    clinic = interview.state.population
    parts = [answers]
    if clinic is not None and clinic in interview.knowledge.populations:
        parts.append(f"clinic: {safe(interview.knowledge.populations[clinic].name)}")
    parts.append(f"saved as {safe(interview.session)}" if interview.path else "not saved")
    right = " · ".join(parts)
    return justified(left, [(shortened(right, max(width - 12, 10)), "quiet")], width)
