"""What a replay shows: a turn as blocks of the conversation, the differential of then and today, the help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.session import Utterance
from assistant.session.frames import Frame
from assistant.session.player import Player
from assistant.session.turn_words import (
    barred_lines,
    compared_lines,
    heading_words,
    move_lines,
    moves_words,
    own_lines,
    reasons_lines,
)
from assistant.tui.lines import brief_row, options_rows
from assistant.tui.messages import question_block, reply_block, utterance_blocks
from assistant.tui.panes import comparison_rows, differential_rows, reasons_rows
from assistant.tui.rows import (
    Block,
    Row,
    clipped,
    justified,
    plain_rows,
    safe,
)
from assistant.tui.widgets import Wrapping

# -- the conversation


class Kept:
    """A block whose rows are kept for the width they were last made for."""

    def __init__(self, block: Wrapping) -> None:
        self._block = block
        self._width = 0
        self._rows: list[Row] = []

    def rows(self, width: int) -> list[Row]:
        """Return the rows at a width."""
        if width != self._width:
            self._width, self._rows = width, self._block.rows(width)
        return self._rows


@dataclass(frozen=True, slots=True)
class Options:
    """The numbered options of a question that was put then."""

    options: tuple[str, ...]

    def rows(self, width: int) -> list[Row]:
        """Return the rows at a width."""
        return options_rows(self.options, width, "quiet", "quiet")


def turn_blocks(player: Player, frame: Frame) -> list[Wrapping]:
    """Return a turn: its remark, the reply, what followed, what differs today, and the next question."""
    blocks: list[Wrapping] = []
    earlier = player.frames[frame.number - 1] if frame.number else None
    if frame.remark:
        blocks.append(_remark(frame.remark))
    if frame.typed is not None:
        asked_above = earlier is not None and _asks(player, earlier) and not frame.remark
        blocks.append(reply_block(frame.typed, frame.spans, gap=not asked_above))
    blocks.extend(block for utterance in player.said(frame) for block in utterance_blocks(utterance))
    if frame.moves and not player.hidden:
        text = safe("\n".join(move_lines(player.knowledge, frame.moves)))
        blocks.append(Block(text, "alert", "!", "alert-mark", every=True, heading="Differs today", hanging=2))
    own = player.lists.get(frame.number)
    if own is not None:
        text = safe("\n".join(own_lines(player, own)))
        heading = "Your list, beside what the interview had"
        blocks.append(Block(text, "text", "=", "section", every=True, heading=heading, hanging=3, gap=True))
    question = player.question(frame)
    if question is not None and _asks(player, frame):
        blocks.append(question_block(question.text))
        if question.options:
            blocks.append(Options(question.options))
    if frame.number == player.turns and player.closing:
        blocks.append(_remark(player.closing))
    return [Kept(block) for block in blocks]


def _asks(player: Player, frame: Frame) -> bool:
    """Say whether a question was put at the end of a turn, and not only left standing."""
    question = player.question(frame)
    return question is not None and (
        frame.number == 0 or question is not player.question(player.frames[frame.number - 1])
    )


def _remark(text: str) -> Block:
    return Block(safe(text).strip(), "text", "◆", "number", heading="Remark", gap=True)


# -- the differential


def side_rows(player: Player, width: int, height: int, *, compared: bool) -> list[Row]:
    """Return the differential of the turn, beside today's where wanted, and below it today's reasons."""
    if player.hidden:
        text = "Hidden until you commit: press m and type your own list, the likeliest first; h shows it at once."
        return [(("Differential", "heading"),), (), *plain_rows(text, "quiet", width)][:height]
    below = min(max(height // 2, height - 19), height - 8)
    why = _reasons(player, width, below) if below >= 4 else []
    rows = _differential(player, width, height - (len(why) + 1 if why else 0), compared=compared)
    return [*rows, (), *why][:height] if why else rows[:height]


def _differential(player: Player, width: int, height: int, *, compared: bool) -> list[Row]:
    shown, today = player.shown, player.today
    if shown is None:
        return [((heading_words(player), "quiet"),)]
    if compared and player.comparison is not None:
        if today is not None:
            titles = ("Then", "Today")
            return comparison_rows(player.knowledge, shown.posterior, today, width, height, titles)
        title = "Then; not compared with today" if not player.starting else heading_words(player)
    else:
        title = heading_words(player) if player.starting else "Differential then"
    heading = justified([(title, "heading")], [("change" if player.before else "", "quiet")], width)
    return [heading, *differential_rows(player.knowledge, shown, player.before, width, height - 1)]


def _reasons(player: Player, width: int, height: int) -> list[Row]:
    interview = player.interview
    if interview is None:
        return plain_rows(
            "Today's knowledge cannot read these answers, so there are no reasons.", "quiet", width
        )
    if not interview.answers:
        return plain_rows("Nothing has been answered yet.", "quiet", width)
    leader = player.shown.leader if player.shown is not None else None
    if player.same_knowledge:
        return reasons_rows(interview, width, height, leader)
    return [(("With today's knowledge", "quiet"),), *reasons_rows(interview, width, height - 1, leader)]


def differential_blocks(player: Player, *, compared: bool) -> list[Block]:
    """Return the page of the whole differential, as it was, beside today's, and with its reasons."""
    blocks = utterance_blocks(
        Utterance("differential", f"{heading_words(player)}:\n" + "\n".join(barred_lines(player)))
    )
    beside = compared_lines(player) if compared else []
    if beside:
        blocks.append(Block(safe("\n".join(["Then and today:", *beside])), titled=True, hanging=2, gap=True))
    blocks.append(Block(safe("\n".join(reasons_lines(player))), titled=True, hanging=2, gap=True))
    return blocks


def _brief_row(player: Player, width: int) -> Row:
    """Return the leading diagnoses in one row, for a window without room for the pane."""
    shown = player.shown
    if player.hidden or shown is None:
        return clipped(
            [("Differential hidden; m commits to your own" if player.hidden else "", "quiet")], width
        )
    return brief_row(player.knowledge, shown, player.before, width)


_HELD_FROM = 100
"""From this width on the title says when an interview was held, without its name giving way."""


def title_row(player: Player, title: str, width: int, *, brief: bool) -> Row:
    """Return what is replayed, and when it was held unless it has a title of its own; or the brief differential."""
    if brief:
        return (("emh ", "heading"), *_brief_row(player, width - 4))
    damage = "damaged, its good part" if player.transcript.damage is not None else ""
    held = ""
    if not title:
        title = f"Replay of {player.transcript.opened.session}"
        if width >= _HELD_FROM:
            held = f"held {safe(player.transcript.lines[0].at[:16].replace('T', ' '))}"
    right = " · ".join(filter(None, (moves_words(player), damage, held)))
    return justified([("emh ", "heading"), (f" {safe(title)}", "text")], [(right, "quiet")], width)


def help_blocks(keys: Sequence[tuple[str, str]]) -> list[Block]:
    """Return the help page: the keys, and what the marks mean."""
    listed = "\n".join(f"{key:<14}{text}" for key, text in keys)
    marks = (
        "█             the turn that is shown; a click goes to another\n"
        "●             answers were stored\n"
        "!             today's knowledge sees something differently (emh replay --check)\n"
        "◆             somebody remarks on it"
    )
    then = (
        "The differential is the one recorded then. Its reasons are those of today's knowledge.\n"
        "To learn, hide it, read the case, and commit to a list of your own: it is held against the interview's."
    )
    return [
        Block(then, heading="Replay", mark_style="heading"),
        Block(listed, hanging=14, heading="Keys", gap=True, mark_style="heading"),
        Block(marks, hanging=14, heading="Marks of the timeline", gap=True, mark_style="heading"),
    ]
