"""A replay line by line: each command of a line tells its turn in short lines, without cursor movement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TextIO

from assistant.errors import UsageError, nearest
from assistant.plain import WIDTH, Lines, render, render_typed
from assistant.session import Utterance
from assistant.session.frames import Frame
from assistant.session.player import FASTEST, SLOWEST, Player
from assistant.session.turn_words import (
    HIDDEN,
    compared_lines,
    end_words,
    heading_words,
    list_of_moves,
    move_lines,
    moves_words,
    own_lines,
    reasons_lines,
    spoken_lines,
    turn_words,
)

PROMPT = "replay> "

COMMANDS: Mapping[str, str] = {
    "next": "the next turn; Enter alone does the same",
    "back": "the turn before",
    "turn": "N: go to turn N; the number alone does the same",
    "first": "before the first turn",
    "last": "the last turn",
    "play": "[N]: play N turns, or all that follow; Enter stops it",
    "pause": "stop playing",
    "speed": "N: play N times as fast as it was, from 0.25 to 16",
    "faster": "twice as fast",
    "slower": "half as fast",
    "next difference": "the next turn that differs today",
    "previous difference": "the turn before that differs today",
    "moves": "list everything that differs today",
    "check": "the differential of then beside that of today",
    "hide": "hide the differential until you commit to your own",
    "show": "show it",
    "mine": "LIST: commit to a list of your own, as: mine FNH, metastasis",
    "differential": "the whole differential with its reasons",
    "help": "what can be typed",
    "quit": "leave the replay",
}
"""Name -> what it does; an argument is in capitals."""

_SHORT = {"": "next", "n": "next", "b": "back", "p": "play", "d": "differential", "q": "quit", "exit": "quit"}

_UNCOMPARED = "Not compared with today's knowledge; begin with --check."

_DISCLOSES = f"{HIDDEN} `mine LIST` does, and `show` shows it at once."


def step_through(player: Player, lines: Lines, out: TextIO) -> None:
    """Take commands until the replay is left or the input ends.

    Args:
        player: where it begins; it plays at once where it is playing.
        lines: the commands; those of a pipe leave no pauses between the turns that are played.
        out: takes what is said.
    """
    talk = _Talk(player, lines, out)
    talk.tell_turn()
    if lines.interactive:
        talk.say("Enter goes on, `help` lists the commands, `quit` leaves.")
    waiting = talk.play(None) if player.playing else None
    while True:
        line = waiting if waiting is not None else talk.ask()
        if line is None:
            return
        name, argument = _parsed(line)
        if name == "quit":
            return
        waiting = talk.carry_out(name, argument)


def _parsed(line: str) -> tuple[str, str]:
    """Return the command that a line means and its argument."""
    words = line.strip().removeprefix("/").split()
    if len(words) == 1 and words[0].isdecimal():
        return "turn", words[0]
    for length in (2, 1):
        name = " ".join(words[:length]).lower()
        if name in COMMANDS:
            return name, " ".join(words[length:])
    name, *rest = words or [""]
    return _SHORT.get(name.lower(), name.lower()), " ".join(rest)


class _Talk:
    """What each command says and does."""

    def __init__(self, player: Player, lines: Lines, out: TextIO) -> None:
        self.player, self.lines, self.out = player, lines, out
        self._told = -1
        """The turn told last."""

    def say(self, *texts: str) -> None:
        """Print sentences, each wrapped to the width of a line."""
        for text in texts:
            print(render(Utterance("remark", text), WIDTH), file=self.out)
        self.out.flush()

    def ask(self) -> str | None:
        """Return the next line, None at the end of the input."""
        if self.lines.interactive:
            self.out.write(PROMPT)
            self.out.flush()
        return self.lines.next()

    def carry_out(self, name: str, argument: str) -> str | None:
        """Do what a command says; return a line that was typed while it played."""
        player = self.player
        try:
            match name:
                case "next" | "back" | "first" | "last" | "next difference" | "previous difference":
                    self._step(name)
                case "turn":
                    player.jump_to(argument)
                    self.tell_turn()
                case "play":
                    return self._play(argument)
                case "pause":
                    self.say(f"Paused at {turn_words(player).lower()}.")
                case "speed" | "faster" | "slower":
                    self._pace(name, argument)
                case "moves" | "check":
                    self._compared(name)
                case "hide" | "show":
                    player.hidden = name == "hide"
                    self.say(_DISCLOSES if player.hidden else "The differential is shown.")
                    self._brief()
                case "mine":
                    own = player.commit(argument)
                    self.say(f"{turn_words(player)}. Your list, beside what the interview had:")
                    self.say(*(f"{line}." for line in own_lines(player, own)))
                case "differential":
                    self._differential()
                case "help":
                    self._help()
                case _:
                    hint = nearest(name, COMMANDS)
                    raise UsageError(f"there is no command {name!r}{hint}; `help` lists them")
        except UsageError as error:
            print(render(Utterance("error", str(error)), WIDTH), file=self.out, flush=True)
        return None

    # -- turns

    def tell_turn(self) -> None:
        """Tell the present turn: which it is, what was typed and what followed, and the next question."""
        player, frame = self.player, self.player.frame
        self.say("", f"{turn_words(player)}.")
        earlier = player.frames[frame.number - 1] if frame.number else None
        asked = player.question(earlier) if earlier is not None else None
        if asked is not None and self._told != frame.number - 1:
            self._utter([asked])
        if frame.remark:
            self.say(f"Remark: {frame.remark}")
        if frame.typed is not None:
            print(render_typed(frame.typed), file=self.out)
        self._utter(player.said(frame))
        self._differences(frame)
        own = player.lists.get(frame.number)
        if own is not None:
            self.say("Your list here:", *(f"{line}." for line in own_lines(player, own)))
        question = player.question(frame)
        if question is not None:
            self._utter([question])
        if player.at_end:
            self.say(
                *filter(None, (f"Remark: {player.closing}" if player.closing else "", end_words(player)))
            )
        self._told = frame.number

    def _utter(self, said: Iterable[Utterance]) -> None:
        for utterance in said:
            print(render(utterance, WIDTH), file=self.out)
        self.out.flush()

    def _differences(self, frame: Frame) -> None:
        if frame.moves and not self.player.hidden:
            self.say(*(f"Differs today: {line}." for line in move_lines(self.player.knowledge, frame.moves)))

    def _step(self, name: str) -> None:
        player = self.player
        if "difference" in name and player.comparison is None:
            self.say(_UNCOMPARED)
            return
        moved = {
            "next": player.forward,
            "back": player.back,
            "first": player.first,
            "last": player.last,
            "next difference": player.next_move,
            "previous difference": player.previous_move,
        }[name]()
        if moved:
            self.tell_turn()
        elif "difference" in name:
            self.say(f"No {'later' if name.startswith('next') else 'earlier'} turn differs today.")
        else:
            self.say(
                end_words(player) if player.at_end and name in ("next", "last") else f"{turn_words(player)}."
            )

    # -- playing

    def _play(self, argument: str) -> str | None:
        if argument and not (argument.isdecimal() and int(argument) > 0):
            raise UsageError(f"{argument!r} is no number of turns; type `play` or `play 3`")
        if self.player.at_end:
            self.say(end_words(self.player))
            return None
        return self.play(int(argument) if argument else None)

    def play(self, turns: int | None) -> str | None:
        """Play some turns, or all that follow; return what was typed to stop it, if that was a command."""
        player = self.player
        player.playing = True
        while player.playing and turns != 0:
            if self.lines.interactive and self.lines.follows(player.wait):
                return self._stopped()
            player.forward()
            self.tell_turn()
            turns = None if turns is None else turns - 1
        player.playing = False
        return None

    def _stopped(self) -> str | None:
        self.player.playing = False
        line = self.lines.next()
        if line is None or line.strip():
            return line if line is not None else "quit"
        self.say(f"Paused at {turn_words(self.player).lower()}.")
        return None

    def _pace(self, name: str, argument: str) -> None:
        player = self.player
        if name == "faster":
            player.faster()
        elif name == "slower":
            player.slower()
        else:
            player.speed = _speed(argument)
        self.say(f"Plays {player.speed:g} times as fast as it was.")

    # -- the differential

    def _brief(self) -> None:
        if not self.player.hidden:
            self.say(f"{heading_words(self.player)}:", *spoken_lines(self.player, 3))

    def _compared(self, name: str) -> None:
        player = self.player
        if player.comparison is None:
            self.say(_UNCOMPARED)
        elif player.hidden:
            self.say(_DISCLOSES)
        elif name == "check":
            self.say(f"{turn_words(player)}.", *(compared_lines(player) or ["Not compared at this turn."]))
        else:
            self.say(f"{moves_words(player).capitalize()}.")
            for turn, lines in list_of_moves(player):
                self.say(f"Turn {turn}:", *(f"{line}." for line in lines))

    def _differential(self) -> None:
        player = self.player
        if player.hidden:
            self.say(_DISCLOSES)
            return
        self.say(f"{turn_words(player)}. {heading_words(player)}:", *spoken_lines(player))
        beside = compared_lines(player)
        if beside:
            self.say("Then and today:", *beside)
        self.say(*reasons_lines(player))

    def _help(self) -> None:
        self.say(f"{turn_words(self.player)}. These can be typed:")
        for name, does in COMMANDS.items():
            takes = does.split(":")[0].strip("[]").isupper()
            self.say(f"{name} {does}" if takes else f"{name}: {does}")


def _speed(words: str) -> float:
    try:
        speed = float(words)
    except ValueError:
        speed = 0.0
    if not SLOWEST <= speed <= FASTEST:
        raise UsageError(f"{words!r} is no speed; type a number from {SLOWEST:g} to {FASTEST:g}")
    return speed
