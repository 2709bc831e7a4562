"""What stands beside the conversation, as rows: the differential, its reasons, the advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.inference import Differential, Reason, percent, points, reasons
from assistant.knowledge import KnowledgeBase
from assistant.session import Interview
from assistant.session.wording import ADVICE_KINDS, answer_words, leading_of_either
from assistant.tui.rows import Row, Span, justified, plain_rows, safe, shortened, wrapped

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
    change = points(before[name], probability) if before and name in before else 0
    if not change:
        return "    ", "quiet"
    return f"{change:+4d}", "rise" if change > 0 else "fall"


def differential_rows(
    knowledge: KnowledgeBase,
    shown: Differential,
    before: Mapping[str, float] | None,
    width: int,
    height: int,
    selected: str | None = None,
) -> list[Row]:
    """Return as many diagnoses as `height` holds, the leader first, then how much is left for the others.

    A selected diagnosis is always among them, marked with `>`.
    """
    each = 1 if width >= ONE_LINE else 2
    entries = list(shown.posterior)
    count = min(len(entries), max((height - 1) // each, 1))
    listed = entries[:count]
    if selected in entries[count:]:
        listed = [*listed[:-1], str(selected)]
    rows: list[Row] = []
    for name in listed:
        rows.extend(_entry(knowledge, shown, before, name, width, selected=name == selected))
    left = [name for name in entries if name not in listed]
    if left:
        rest = f"{len(left)} others" if len(left) > 1 else "1 other"
        share = percent(sum(shown.posterior[name] for name in left))
        rows.append(justified([(rest, "quiet")], [(f"{share:>5}    ", "quiet")], width))
    return rows


def _entry(
    knowledge: KnowledgeBase,
    shown: Differential,
    before: Mapping[str, float] | None,
    name: str,
    width: int,
    *,
    selected: bool,
) -> list[Row]:
    probability = shown.posterior[name]
    label = f"{'> ' if selected else ''}{safe(knowledge.diagnoses[name].short)}"
    label_style = "leader" if selected or name == shown.leader else "text"
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


def comparison_rows(
    knowledge: KnowledgeBase,
    before: Mapping[str, float],
    shown: Differential,
    width: int,
    height: int,
    titles: tuple[str, str] = ("Before", "Now"),
) -> list[Row]:
    """Return the differential before a change beside that of now under a heading, the leading ones of either."""
    named = leading_of_either(before, shown.posterior)
    each = 1 if width >= ONE_LINE else 2
    label_width = _NAME_WIDTH if each == 1 else 0
    half = (width - label_width - (1 if each == 1 else 0) - 2 - 2 * 6) // 2
    start = label_width + (1 if each == 1 else 0)
    gap = max(6 + half + 2 - len(titles[0]), 1)
    rows: list[Row] = [((" " * (start + 1) + titles[0] + " " * gap, "heading"), (titles[1], "heading"))]
    for name in named[: max((height - 1) // each, 1)]:
        was, now = before.get(name, 0.0), shown.posterior[name]
        style = "leader" if name == shown.leader else "text"
        label = safe(knowledge.diagnoses[name].short)
        sides: Row = (
            (f"{percent(was):>5} ", "quiet"),
            (bar(was, half), "quiet"),
            ("  ", "text"),
            (f"{percent(now):>5} ", style),
            (bar(now, half), "bar"),
        )
        if each == 1:
            rows.append(((f"{shortened(label, label_width):<{label_width}} ", style), *sides))
        else:
            rows.extend([justified([(label, style)], [change_span(before, name, now)], width), sides])
    return rows


# -- its reasons


def reasons_rows(interview: Interview, width: int, height: int, selected: str | None = None) -> list[Row]:
    """Return what speaks for the selected diagnosis and against it, beside its rival, in at most `height` rows.

    Without one it is the leader; its rival is the runner-up, and the leader is the rival of all others.
    """
    knowledge, shown = interview.knowledge, interview.differential
    subject = selected if selected and selected in shown.posterior else shown.leader
    leader = knowledge.diagnoses[subject]
    rival = knowledge.diagnoses[shown.runner_up if subject == shown.leader else shown.leader]
    found = [
        reason
        for reason in reasons(knowledge, interview.answers, subject, interview.state.population)
        if not reason.silent and abs(reason.pairwise) >= 0.05
    ]
    favour = [reason for reason in found if reason.pairwise > 0]
    against = [reason for reason in found if reason.pairwise < 0]
    if not found:
        text = "Nothing answered yet: these are starting probabilities, a judgement (/population changes it)."
        if interview.answers:
            text = f"No answer parts {safe(leader.short)} from {safe(rival.short)} so far."
        return plain_rows(text, "quiet", width)[:height]
    notes: list[Row] = []
    if width >= WEIGHTS_FROM and height >= 8:
        legend = "10 dB: ten times as likely. Evidence: A cohort, B series, C case report, D judgement."
        notes = [(), *plain_rows(legend, "quiet", width)]
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
            kept = min(room // 2, 1 + _needed(interview, sides[1][1], width))
        made = _side(interview, title, side, sign, style, width, room - kept)
        if rows and made and gaps:
            rows.append(())
        rows.extend(made)
        room -= len(made)
    return [*rows, *notes][:height]


def _needed(interview: Interview, side: Sequence[Reason], width: int) -> int:
    return sum(len(_reason_rows(interview, reason, "+", "rise", width)) for reason in side)


def _side(
    interview: Interview,
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
        made = _reason_rows(interview, reason, sign, style, width)
        left = len(side) - number
        if number == 0:
            # the weightiest one is always shown, cut where it must be
            made = made[: max(height - 1 - (left > 1), 1)]
        if len(rows) + len(made) + (left > 1) > height and number:
            rows.append(((f"  {left} more: F4", "quiet"),))
            break
        rows.extend(made)
    return rows[:height]


def _reason_rows(interview: Interview, reason: Reason, sign: str, style: str, width: int) -> list[Row]:
    finding = interview.knowledge.findings[reason.finding]
    said = safe(f"{finding.name}: {answer_words(finding, reason.answer)}")
    weight = f"{abs(reason.pairwise):4.1f} dB {reason.grade or ' '}" if width >= WEIGHTS_FROM else ""
    first, *rest = wrapped(said, width - 2 - len(weight) - 1)
    row = justified([(f"{sign} ", style), (first, "text")], [(weight, "quiet")], width)
    rows: list[Row] = [row, *((("  ", "text"), (line, "text")) for line in rest)]
    typed = " ".join(safe(interview.state.words(reason.finding)).split())
    if width >= ONE_LINE and typed:
        rows.append((("  ", "text"), (shortened(f"“{typed}”", width - 2), "quiet")))
    return rows


def side_rows(interview: Interview, width: int, height: int, selected: str | None = None) -> list[Row]:
    """Return the differential above and the reasons of the selected diagnosis below, sharing `height`."""
    each = 1 if width >= ONE_LINE else 2
    least = 3 * each + 2
    below = min(max(height // 2, height - 8 * each - 3), height - least - 1)
    why = reasons_rows(interview, width, below, selected) if below >= 2 else []
    rows = now_rows(interview, width, height - (len(why) + 1 if why else 0), selected)
    if why:
        rows.extend([(), *why])
    return rows[:height]


def now_rows(interview: Interview, width: int, height: int, selected: str | None = None) -> list[Row]:
    """Return the differential under a row that tells its columns; after a correction, before beside now."""
    knowledge, shown, compared = interview.knowledge, interview.differential, interview.state.compared
    if compared is not None:
        return comparison_rows(knowledge, compared, shown, width, height)
    clinic = interview.state.population
    known = knowledge.populations.get(clinic or "")
    whose = f"clinic: {safe(known.name)}" if known is not None else ""
    heading = justified(
        [(shortened(whose, width - 8), "quiet")], [("change" if interview.before else "", "quiet")], width
    )
    return [heading, *differential_rows(knowledge, shown, interview.before, width, height - 1, selected)]


def advice_rows(interview: Interview, width: int, height: int) -> list[Row]:
    """Return the alerts and the advice that hold now; what does not fit is counted."""
    rows: list[Row] = []
    rules = interview.advice
    for number, rule in enumerate(rules):
        style = "alert-mark" if rule.kind == "alert" else "heading"
        made: list[Row] = [((ADVICE_KINDS.get(rule.kind, rule.kind), style),)]
        made.extend(plain_rows(safe(rule.text.strip()), "text", width))
        made.extend(plain_rows(f"grade {rule.grade}: {', '.join(rule.sources)}", "quiet", width))
        gap = 1 if rows else 0
        left = len(rules) - number
        if len(rows) + gap + len(made) + (left > 1) > height and rows:
            rows.append(((f"{left} more: /advice", "quiet"),))
            break
        rows.extend([*([()] * gap), *made])
    return rows[:height] or [(("No advice applies.", "quiet"),)]
