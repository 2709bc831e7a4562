"""What stands around the conversation, as rows: the differential, its reasons, the question, the progress."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assistant.inference import Differential, Reason, percent, reasons
from assistant.knowledge import KnowledgeBase
from assistant.session import OPENING, STOP, Interview
from assistant.session.wording import answer_words
from assistant.tui.rows import Row, Span, clipped, flowing, justified, row_width, safe, shortened, wrapped

ONE_LINE = 60
"""From this width on a diagnosis takes one row of the pane; below it the bar goes on a row of its own."""

WEIGHTS_FROM = 40
"""From this width on a reason shows its weight and grade."""

_EIGHTHS = " ▏▎▍▌▋▊▉"
_CERTAINTY_WIDTH = len("may represent")
_NAME_WIDTH = 20


# -- the differential


def bar(share: float, width: int) -> str:
    """Return a bar of `width` columns, filled by `share` to an eighth of a column."""
    eighths = round(max(0.0, min(share, 1.0)) * width * 8)
    full, part = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[part] if part else "")).ljust(width)


def change_span(before: Mapping[str, float] | None, name: str, probability: float) -> Span:
    """Return the change since the last answer in percentage points; blank where it rounds to nothing."""
    change = 100 * (probability - before[name]) if before and name in before else 0.0
    if abs(change) < 0.5:
        return "    ", "quiet"
    return f"{change:+4.0f}", "rise" if change > 0 else "fall"


def differential_rows(
    knowledge: KnowledgeBase,
    shown: Differential,
    before: Mapping[str, float] | None,
    width: int,
    height: int,
) -> list[Row]:
    """Return as many diagnoses as `height` holds, the leader first, then how much is left for the others."""
    each = 1 if width >= ONE_LINE else 2
    entries = list(shown.posterior.items())
    count = min(len(entries), max((height - 1) // each, 1))
    rows: list[Row] = []
    for name, _ in entries[:count]:
        rows.extend(_entry(knowledge, shown, before, name, width))
    left = entries[count:]
    if left:
        rest = f"{len(left)} others" if len(left) > 1 else "1 other"
        share = percent(sum(probability for _, probability in left))
        rows.append(justified([(rest, "quiet")], [(f"{share:>5}    ", "quiet")], width))
    return rows


def _entry(
    knowledge: KnowledgeBase,
    shown: Differential,
    before: Mapping[str, float] | None,
    name: str,
    width: int,
) -> list[Row]:
    probability = shown.posterior[name]
    label = safe(knowledge.diagnoses[name].short)
    label_style = "leader" if name == shown.leader else "text"
    word = shown.certainty(probability)
    figures: list[Span] = [
        (f"{percent(probability):>5}", label_style),
        change_span(before, name, probability),
    ]
    if width >= ONE_LINE:
        length = width - _NAME_WIDTH - _CERTAINTY_WIDTH - 9 - 3
        return [
            (
                (f"{shortened(label, _NAME_WIDTH):<{_NAME_WIDTH}} ", label_style),
                (bar(probability, length), "bar"),
                (" ", "text"),
                *figures,
                (f" {word}", "quiet"),
            )
        ]
    # one length for all, since bars are compared
    length = width - _CERTAINTY_WIDTH - 1
    figures[0] = (percent(probability), label_style)
    name_row = justified([(label, label_style)], figures, width)
    return [name_row, ((bar(probability, length), "bar"), (f"{word:>{_CERTAINTY_WIDTH + 1}}", "quiet"))]


def brief_row(interview: Interview, width: int, most: int = 4) -> Row:
    """Return the leading diagnoses in one row, the leader with its certainty word; none of them is cut."""
    shown = interview.differential
    parts: list[Span] = []
    for number, (name, probability) in enumerate(list(shown.posterior.items())[:most]):
        change = change_span(interview.before, name, probability)[0].strip()
        text = f"{safe(interview.knowledge.diagnoses[name].short)} {percent(probability)}"
        text += f" ({change})" if change else ""
        text += f", {shown.certainty(probability)}" if number == 0 else ""
        span = (text if number == 0 else f" · {text}", "leader" if number == 0 else "quiet")
        if parts and row_width((*parts, span)) > width:
            break
        parts.append(span)
    return clipped(parts, width)


# -- its reasons


def reasons_rows(interview: Interview, width: int, height: int) -> list[Row]:
    """Return what speaks for the leader and against it, beside the runner-up, in at most `height` rows."""
    knowledge, shown = interview.knowledge, interview.differential
    leader, rival = (knowledge.diagnoses[name] for name in (shown.leader, shown.runner_up))
    found = [
        reason
        for reason in reasons(knowledge, interview.answers, None, interview.state.population)
        if not reason.silent and abs(reason.pairwise) >= 0.05
    ]
    favour = [reason for reason in found if reason.pairwise > 0]
    against = [reason for reason in found if reason.pairwise < 0]
    if not found:
        text = "Nothing answered yet: these are starting probabilities, a judgement (/population changes it)."
        if interview.answers:
            text = f"No answer parts {safe(leader.short)} from {safe(rival.short)} so far."
        return _plain(text, "quiet", width)[:height]
    notes: list[Row] = []
    if width >= WEIGHTS_FROM and height >= 8:
        legend = "10 dB: ten times as likely. Evidence: A cohort, B series, C case report, D judgement."
        notes = [(), *_plain(legend, "quiet", width)]
    title = f"For {safe(leader.short)}, beside {safe(rival.short)}"
    sides = [
        (title if len(title) <= width else f"For {safe(leader.short)}", favour, "+", "rise"),
        (f"Against {safe(leader.short)}", against, "-", "fall"),
    ]
    sides = [side for side in sides if side[1]]
    gaps = len(sides) - 1 if height >= 8 else 0
    room = height - len(notes) - gaps
    rows: list[Row] = []
    for number, (title, side, sign, style) in enumerate(sides):
        # the second side keeps half of the room, or what it needs if that is less
        kept = 0
        if number == 0 and len(sides) == 2:
            kept = min(room // 2, 1 + _needed(knowledge, sides[1][1], width))
        made = _side(knowledge, title, side, sign, style, width, room - kept)
        if rows and made and gaps:
            rows.append(())
        rows.extend(made)
        room -= len(made)
    return [*rows, *notes][:height]


def _needed(knowledge: KnowledgeBase, side: Sequence[Reason], width: int) -> int:
    return sum(len(_reason_rows(knowledge, reason, "+", "rise", width)) for reason in side)


def _side(
    knowledge: KnowledgeBase,
    title: str,
    side: Sequence[Reason],
    sign: str,
    style: str,
    width: int,
    height: int,
) -> list[Row]:
    if height < 2:
        return []
    rows: list[Row] = [((shortened(title, width), "heading"),)]
    for number, reason in enumerate(side):
        made = _reason_rows(knowledge, reason, sign, style, width)
        left = len(side) - number
        if len(rows) + len(made) + (left > 1) > height:
            rows.append(((f"  {left} more: F4", "quiet"),))
            break
        rows.extend(made)
    return rows[:height]


def _reason_rows(knowledge: KnowledgeBase, reason: Reason, sign: str, style: str, width: int) -> list[Row]:
    finding = knowledge.findings[reason.finding]
    said = safe(f"{finding.name}: {answer_words(finding, reason.answer)}")
    if width < WEIGHTS_FROM:
        return [((f"{sign} ", style), (shortened(said, width - 2), "text"))]
    weight = f"{abs(reason.pairwise):5.1f} dB {reason.grade or ' '}"
    first, *rest = wrapped(said, width - 2 - len(weight) - 1)
    row = justified([(f"{sign} ", style), (first, "text")], [(weight, "quiet")], width)
    return [row, *((("  ", "text"), (line, "text")) for line in rest)]


def _plain(text: str, style: str, width: int) -> list[Row]:
    return [((line, style),) for line in wrapped(text, width)]


def side_rows(interview: Interview, width: int, height: int) -> list[Row]:
    """Return the whole pane: the differential above, its reasons below, sharing `height`."""
    knowledge, shown = interview.knowledge, interview.differential
    each = 1 if width >= ONE_LINE else 2
    heading = justified(
        [("Differential", "heading")],
        [("change" if interview.before else "", "quiet")],
        width,
    )
    least = 3 * each + 1
    below = min(max(height // 2, height - 1 - 8 * each - 2), height - 1 - least - 1)
    why = reasons_rows(interview, width, below) if below >= 2 else []
    diagnoses = differential_rows(
        knowledge, shown, interview.before, width, height - 1 - (len(why) + 1 if why else 0)
    )
    rows = [heading, *diagnoses]
    if why:
        rows.extend([(), *why])
    return rows[:height]


# -- the question and the way so far


_GROUNDS = {
    "must_ask": "always asked",
    "informative": "most telling now",
    "clarify": "once more, please",
    "confirm": "to confirm",
}


def question_rows(wording: str, options: Iterable[str], width: int) -> list[Row]:
    """Return the pending question and its numbered options."""
    rows = _plain(safe(wording).strip(), "question", width)
    items: list[Row] = []
    for option in options:
        number, _, words = safe(option).partition(" ")
        items.append(((number, "number"), (f" {shortened(words, width - len(number) - 3)}", "text")))
    return [*rows, *flowing(items, width, gap=3, indent=2)]


def progress_row(interview: Interview, width: int) -> Row:
    """Return how far each section has come, in one row, and why the pending question is asked."""
    pending = interview.pending
    ground = _GROUNDS.get(pending.reason, "") if pending else ""
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
        return (*left, *brief_row(interview, width - 4))
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
