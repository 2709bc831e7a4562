"""The screen of a replay: a saved interview turn by turn, its differential following."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.screen import Screen
from textual.timer import Timer

from assistant.errors import UsageError
from assistant.knowledge import KnowledgeBase
from assistant.session.player import Player
from assistant.session.turn_words import list_of_moves, turn_words
from assistant.settings import Settings
from assistant.tui.app import TerminalApp
from assistant.tui.asking_line import AskLine
from assistant.tui.conversation_screen import ConversationScreen
from assistant.tui.keys import Action, bindings, key_name
from assistant.tui.replaying_keys import ACTIONS
from assistant.tui.replaying_rows import (
    differential_blocks,
    help_blocks,
    side_rows,
    title_row,
    turn_blocks,
)
from assistant.tui.rows import Block, Row, safe
from assistant.tui.timeline import Timeline, TimelinePane, notice_row
from assistant.tui.widgets import Pane, Wrapping

_ARROWS = {"Left": "←", "Right": "→"}


class ReplayScreen(ConversationScreen):
    """The conversation up to the present turn, the differential of then beside it, and the turns below."""

    ACTIONS = ACTIONS
    BINDINGS = bindings(ACTIONS)
    IN_LINES = "emh replay --plain"

    def __init__(self, player: Player, title: str = "") -> None:
        super().__init__()
        self.player = player
        self._replayed = title
        self._compared = player.comparison is not None
        self._blocks: dict[int, list[Wrapping]] = {}
        self._shown = -1
        """The turn up to which the conversation is shown; -1 before any."""

        self._timer: Timer | None = None
        self._notice = ""
        self._differential_ready = False

    def compose(self) -> ComposeResult:
        """Lay the screen out from top to bottom."""
        yield from self.compose_upper()
        yield TimelinePane(self._timeline, id="timeline")
        yield from self.compose_lower()

    def on_mount(self) -> None:
        """Show where the replay begins; the differential follows the first frame, since it loads numpy."""
        self._show_turn()
        self.call_after_refresh(self._begin_differential)

    def _begin_differential(self) -> None:
        self._differential_ready = True
        self.update_panes()
        self._keep_time()

    def key_of(self, action: Action) -> str:
        """Return the first key of an action, an arrow drawn as one."""
        name = super().key_of(action)
        return _ARROWS.get(name, name)

    # -- what is shown

    def make_title(self, width: int, height: int) -> Sequence[Row]:
        """Return what is replayed."""
        brief = self._differential_ready and not self.query_one("#side").display
        return [title_row(self.player, self._replayed, width, brief=brief)]

    def make_side(self, width: int, height: int) -> Sequence[Row]:
        """Return the differential of the present turn with its reasons."""
        if not self._differential_ready:
            return []
        return side_rows(self.player, width, height, compared=self._compared)

    def _timeline(self, width: int, height: int) -> Sequence[Row]:
        if self._notice:
            return [notice_row(self._notice, width)]
        return [Timeline(self.player, width).row()]

    def _of_turn(self, number: int) -> list[Wrapping]:
        if number not in self._blocks:
            self._blocks[number] = turn_blocks(self.player, self.player.frames[number])
        return self._blocks[number]

    def _show_turn(self, *, anew: bool = False) -> None:
        """Show the conversation up to the present turn; one step forward only adds to it."""
        if anew:
            self._blocks.clear()
        place = self.player.place
        if place == self._shown + 1 and not anew:
            self.conversation.add(self._of_turn(place))
        elif place != self._shown or anew:
            self.conversation.show(block for number in range(place + 1) for block in self._of_turn(number))
        self._shown = place
        self.update_panes()

    # -- playing

    def _keep_time(self) -> None:
        """Set the clock for the next turn, or stop it."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.player.playing:
            self._timer = self.set_timer(self.player.wait, self._tick)

    def _tick(self) -> None:
        if self.player.playing:
            self.player.forward()
            self._show_turn()
        self._keep_time()

    def tell(self, text: str) -> None:
        """Show in the row of turns, until the next key, why nothing happened."""
        self._notice = text
        self.query_one("#timeline", Pane).update()

    # -- keys

    def on_key(self, event: events.Key) -> None:
        """Let any key take the notice away."""
        self.tell("")

    def action_play(self) -> None:
        """Play or pause."""
        self.player.toggle()
        self._after_key()

    def action_step(self, where: str) -> None:
        """Go to another turn; where there is none, say so."""
        if where in ("next_move", "previous_move") and self.player.comparison is None:
            self.tell("Not compared with today's knowledge: begin with emh replay --check")
            return
        go: Callable[[], bool] = getattr(self.player, where)
        if go():
            self._after_key()
            return
        self._after_key()
        self.tell(_NO_TURN[where])

    def action_pace(self, way: str) -> None:
        """Play faster or slower."""
        getattr(self.player, way)()
        self._after_key()

    def _after_key(self) -> None:
        self._notice = ""
        self.close_page()
        self._show_turn()
        self._keep_time()

    def _pause(self) -> None:
        self.player.playing = False
        self._keep_time()

    def action_jump(self) -> None:
        """Ask for a turn and go there."""
        self._ask("Go to turn", f"a number from 0 to {self.player.turns}", self.player.jump_to)

    def action_own_list(self) -> None:
        """Ask for a list of one's own, hold it against the interview's, and show the differential."""

        def commit(words: str) -> None:
            self.player.commit(words)
            self._show_turn(anew=True)

        hint = "diagnoses with commas, the likeliest first, as: FNH, metastasis"
        self._ask(f"Your list, {turn_words(self.player).lower()}", hint, commit)

    def _ask(self, title: str, hint: str, take: Callable[[str], object], text: str = "") -> None:
        """Ask for a line until it can be taken or is given up."""
        self._pause()
        self.tell("")

        def done(words: str | None) -> None:
            if words is None or not words.strip():
                self.update_panes()
                return
            try:
                take(words)
            except UsageError as error:
                self._ask(title, str(error), take, words)
                return
            self._after_key()

        self.app.push_screen(AskLine(title, hint, text), done)

    def action_hide(self) -> None:
        """Hide the differential, or show it."""
        self.player.hidden = not self.player.hidden
        self.close_page()
        self._show_turn(anew=True)

    def action_side_by_side(self) -> None:
        """Show then beside today, or then alone."""
        if self.player.comparison is None:
            self.tell("Not compared with today's knowledge: begin with emh replay --check")
            return
        self._compared = not self._compared
        self.update_panes()

    def action_differential(self) -> None:
        """Open the whole differential, or close it."""
        if self.player.hidden:
            self.tell("The differential is hidden: m commits to a list of your own, h shows it")
            return
        title = f"Differential, {turn_words(self.player).lower()}"
        self._toggle_page(title, differential_blocks(self.player, compared=self._compared))

    def action_moves(self) -> None:
        """Open the list of everything that differs today, or close it."""
        if self.player.comparison is None:
            self.tell("Not compared with today's knowledge: begin with emh replay --check")
            return
        if self.player.hidden:
            self.tell("The differences tell the differential, which is hidden: h shows it")
            return
        blocks = [
            Block(safe("\n".join(lines)), hanging=2, heading=f"Turn {turn}", mark_style="heading", gap=True)
            for turn, lines in list_of_moves(self.player)
        ]
        self._toggle_page("What differs today", blocks or [Block("Nothing differs.")])

    def action_help(self) -> None:
        """Open the help page, or close it."""
        keys = [(self._keys_of(action), action.does) for action in self.ACTIONS]
        self._toggle_page("Help", help_blocks([*keys, ("Ctrl+P", "search these keys by name")]))

    def _keys_of(self, action: Action) -> str:
        keys = self._settings.keys.get(action.id, action.keys).split(",")
        names = [key_name(key) for key in keys]
        return ", ".join(_ARROWS.get(name, name) for name in names)

    def action_pane(self) -> None:
        """Show or hide the differential; in a narrow window it takes the place of the conversation."""
        self.remove_class("-reading")
        self.toggle_class("-instead" if self.has_class("-narrow") else "-alone")
        self.call_after_refresh(self.update_panes)

    def action_close_page(self) -> None:
        """Close what is open; leave where nothing is."""
        if self.has_class("-reading"):
            self.close_page()
        elif self.has_class("-instead"):
            self.action_pane()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Leave the replay."""
        self._pause()
        if isinstance(self.app, ReplayApp):
            self.app.exit()
        else:
            self.dismiss()

    def _toggle_page(self, title: str, blocks: Sequence[Block]) -> None:
        if self.shown_page == safe(title):
            self.close_page()
            return
        self._pause()
        self._notice = ""
        self.open_page(title, blocks)
        self.update_panes()

    def of_use(self, action: Action) -> bool:
        """Say whether an action does something here: without a comparison no turn differs, say."""
        if action.id == "own_list":
            return self.player.hidden
        return action.id != "next_move" or self.player.comparison is not None

    @on(Pane.Chosen)
    def _on_chosen(self, message: Pane.Chosen) -> None:
        self.pressed(message.number)

    @on(TimelinePane.Clicked)
    def _on_clicked(self, message: TimelinePane.Clicked) -> None:
        turn = Timeline(self.player, self.query_one("#timeline", Pane).content_size.width).turn_at(
            message.column
        )
        if turn is not None:
            self.player.jump(turn)
            self._after_key()


_NO_TURN = {
    "forward": "This is the last turn",
    "last": "This is the last turn",
    "back": "This is the beginning",
    "first": "This is the beginning",
    "next_move": "No later turn differs today",
    "previous_move": "No earlier turn differs today",
}
"""What is told where a step leads nowhere."""


class ReplayApp(TerminalApp):
    """One replay on the screen."""

    def __init__(self, player: Player, title: str = "", settings: Settings | None = None) -> None:
        super().__init__(settings)
        self.main_screen = ReplayScreen(player, title)

    def get_default_screen(self) -> Screen[None]:
        """Return the replay."""
        return self.main_screen


def demo_screen(knowledge: KnowledgeBase) -> ReplayScreen:
    """Return a replay of the bundled case, which plays by itself."""
    from assistant.session.demo import demo_player, play_demo

    played = play_demo(knowledge)
    return ReplayScreen(demo_player(played), f"Demo: {played.case.title}")
