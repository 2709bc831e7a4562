"""Play interviews with random replies, a third of them hostile or empty, and hold each to its transcript.

Run `python -m tests.random_interviews 1000`, or this file itself; a second number is the first seed.
"""

from __future__ import annotations

import sys
import traceback
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from assistant.dialog import Script, load_script
from assistant.knowledge import Finding, Kind, KnowledgeBase, load_knowledge
from assistant.session import COMMANDS, Interview, State, TranscriptFile, fold, parse, session_path
from assistant.session.replay import compare
from assistant.session.transcript import Asked
from assistant.understanding import Interpreter

TURNS = 40

HOSTILE = (
    "",
    " ",
    "\n\n",
    "\t\r\n ",
    ".",
    "?",
    "/",
    "//",
    "/ no",
    "---",
    "\x1b[31mred\x1b[0m yes",
    "\x1b]0;title\x07no",
    "\x1b[2J\x1b[H",
    "\x9b31m7 cm",
    "\u202eon\u202c",
    "\u2066yes\u2069",
    "y\u200bes",
    "\ufeffno",
    "\u200d\u200c\u2060",
    "[red]yes[/red]",
    "weird [/] close",
    "[link=http://x]7[/link]",
    "[@click=app.quit]Q[/]",
    "<b>no</b> <script>alert(1)</script>",
    "pain [left arm] 7/10",
    "Robert'); DROP TABLE answers;--",
    "' OR 1=1 --",
    "{{7*7}} ${HOME} %s %n {0}",
    "🩸🔥👨\u200d👩\u200d👧\u200d👦 🇨🇭 ✅",
    "👍",
    "\ud800",
    "\udfff no \ud83d",
    "\x00",
    "no\x00yes",
    "\x7f\x08\x08",
    "9" * 400,
    "1" + "0" * 30,
    "-1",
    "1e309",
    "0",
    "1/0",
    "0.0000000001 cm",
    "9,9,9,9,9.9.9",
    "1-2-3-4-5-6-7-8-9",
    "99999999999999999999 x 1 x 1 mm",
    "١٢٣",
    "፩",
    "①②③",
    "²",
    "Ⅷ years",
    "½ cm",
    "нет",
    "да, 7 см",
    "ｙｅｓ",
    "nо",  # the o is Cyrillic
    "是的 没有 七厘米",
    "لا نعم",
    "N̷̢̛o̶ ZALGO y̵e̴s̷",
    "İSTANBUL ß ﬁlgrastim ŒDEMA",
    "none of the above, all of the above",
    "yes no yes no yes no",
    "no no no no no " * 60,
    "x" * 5000,
    "yes " * 1250,
    "\n".join(["FINDINGS:"] * 400),
    "(" * 2000,
    "[" * 2500 + "]" * 2500,
    "7 x " * 1250,
    "not " * 1200 + "given",
    "/unknowncommand with arguments",
    "/correct",
    "/correct nonsense = 7",
    "/correct gcsf \x1b[31m",
    "/correct age " + "9" * 200,
    "/whynot",
    "/whynot \u202e",
    "/evidence \x00",
    "/population",
    "/population nowhere",
    "/note \ud800 [red]",
    "/save \x00",
    "/save " + "a" * 300,
    "/save ~nobody_of_that_name/file",
    "/save /",
    "/quit now",
    "why not \u200b?",
    "what about [bold]?",
)
"""Replies that nobody should type, and somebody will."""

HEDGES = (
    "maybe {}",
    "probably {}",
    "{}?",
    "I think {}",
    "cannot exclude {}",
    "? {}",
    "{} perhaps",
    "suspected {}",
)
NEGATIONS = (
    "no {}",
    "not {}",
    "{}: no",
    "without {}",
    "{} negative",
    "never {}",
    "denies {}",
    "not without {}",
)
STATES = ("unknown", "not done", "don't know", "cannot be assessed", "not sure", "no idea", "pending", "n/a")
SHORT = (
    "yes",
    "no",
    "y",
    "n",
    "1",
    "2",
    "3",
    "4",
    "5",
    "none",
    "both",
    "only that",
    "normal",
    "raised",
    "skip",
)
COMMAND_LINES = (
    *(f"/{name}" for name in COMMANDS if name not in ("quit", "save")),
    "undo",
    "go back",
    "/undo",
    "/back",
    "/skip",
    "why do you ask?",
    "why not EMH?",
    "what have we got?",
    "/correct {}",
    "/correct {} no",
    "/correct {} unknown",
    "/correct 1 unknown",
    "/drop {}",
    "/drop 1",
    "/drop 3",
    "/accept",
    "/accept {}",
    "/accept 4",
    "/recheck",
    "/course",
    "/answers",
    "/receipt",
    "/evidence {}",
    "/population oncology",
    "/note seen with the radiologist",
)
HARMLESS_ENDS = ("/quit", "quit")


@dataclass(frozen=True, slots=True)
class Failure:
    """An interview that did not hold."""

    seed: int
    turn: int
    reply: str
    reason: str

    def __str__(self) -> str:
        return f"seed {self.seed}, turn {self.turn}, reply {self.reply[:120]!r}: {self.reason}"


@cache
def parts() -> tuple[KnowledgeBase, Interpreter, tuple[Script, ...]]:
    """Return what all interviews share."""
    knowledge = load_knowledge()
    scripts = tuple(load_script(name, knowledge) for name in ("liver-lesion", "quick"))
    return knowledge, Interpreter(knowledge), scripts


def phrase(draw: Random, finding: Finding) -> str:
    """Return words of the finding's own: a synonym, a value's name, or its sign."""
    words = [known.text for known in finding.lexicon.phrases]
    words += [*finding.lexicon.signs, *finding.lexicon.measures, *(value.name for value in finding.values)]
    return draw.choice(words or [finding.name])


def quantity(draw: Random) -> str:
    """Return a number as it may be typed, with or without a unit."""
    number = draw.choice(
        ["0", "2", "7.2", "7,2", "18", "45", "120", "2-3", "about 5", "<1", "3 x 4 x 5", "twelve"]
    )
    return number + draw.choice(["", "", " cm", " mm", " months", " years", "y", "mo", " ug/L", "%"])


def plain_reply(draw: Random, knowledge: KnowledgeBase, asked: Finding | None) -> str:
    """Return a reply such as a clinician may type, mostly about what was asked."""
    finding = (
        asked if asked is not None and draw.random() < 0.7 else draw.choice(list(knowledge.findings.values()))
    )
    kind = draw.random()
    if kind < 0.15:
        return draw.choice(COMMAND_LINES).format(finding.id)
    if kind < 0.25:
        return draw.choice(STATES)
    if kind < 0.4:
        return draw.choice(SHORT)
    if kind < 0.5 or finding.kind is Kind.QUANTITY:
        return quantity(draw)
    words = phrase(draw, finding)
    if kind < 0.6:
        return draw.choice(HEDGES).format(words)
    if kind < 0.7:
        return draw.choice(NEGATIONS).format(words)
    if kind < 0.8:
        others = [phrase(draw, other) for other in draw.sample(list(knowledge.findings.values()), 2)]
        return draw.choice([", ", "; ", " and ", ".\n", " but no "]).join([words, *others])
    return words


def reply_for(draw: Random, knowledge: KnowledgeBase, asked: Finding | None) -> str:
    """Return the next reply, a third of the time hostile or empty."""
    if draw.random() < 1 / 3:
        hostile = draw.choice(HOSTILE)
        # "/save" and more words would write a file of that name
        alone = draw.random() < 0.8 or hostile.startswith("/save")
        return hostile if alone else f"{hostile} {plain_reply(draw, knowledge, asked)}"
    return plain_reply(draw, knowledge, asked)


def settled(state: State) -> State:
    """Return the state less the pending step, which outside of questions is no event."""
    return state if state.pending is not None and state.pending.finding else replace(state, pending=None)


def play(seed: int, turns: int = TURNS) -> Failure | None:
    """Play one interview and return how it failed, None when it held; every tenth is written to a file."""
    if seed % 10:
        return _play(seed, turns, None)
    with TemporaryDirectory() as folder:
        store = TranscriptFile(session_path(Path(folder), f"seed-{seed}"))
        try:
            return _play(seed, turns, store)
        finally:
            store.close()


def _play(seed: int, turns: int, store: TranscriptFile | None) -> Failure | None:
    knowledge, interpreter, scripts = parts()
    draw = Random(seed)
    interview = Interview.start(
        knowledge,
        draw.choice(scripts),
        order=draw.choice([None, "scripted", "informative"]),
        limit=draw.choice([None, None, None, 5]),
        interpreter=interpreter,
        clock=lambda: datetime(2026, 11, 21, tzinfo=UTC),
        store=store,
    )
    turn, text = 0, ""
    try:
        if not interview.begin():
            return Failure(seed, 0, "", "nothing was said at the beginning")
        for turn in range(1, turns + 1):
            pending = interview.pending
            asked = knowledge.findings[pending.finding] if pending is not None and pending.finding else None
            text = reply_for(draw, knowledge, asked)
            if turn == turns and draw.random() < 0.2:
                text = draw.choice(HARMLESS_ENDS)
            said = interview.reply(text, narrative=draw.random() < 0.05)
            if not any(utterance.text.strip() for utterance in said):
                return Failure(seed, turn, text, "nothing was said")
        turn, text = turns, "the transcript"
        reason = _transcript_failure(interview)
    except Exception:
        return Failure(seed, turn, text, traceback.format_exc(limit=-4))
    return Failure(seed, turn, text, reason) if reason else None


def _transcript_failure(interview: Interview) -> str | None:
    """Say what is wrong with the transcript, None where it is whole and folds to the same state."""
    written = "".join(line.json() + "\n" for line in interview.lines)
    if interview.path is not None and interview.path.read_text(encoding="utf-8") != written:
        return "the file holds something else"
    read = parse(written)
    if read.damage is not None:
        return f"the transcript does not parse whole: {read.damage}"
    asked = [(line.event.finding, line.event.wording) for line in read.lines if isinstance(line.event, Asked)]
    if len(asked) != len(set(asked)):
        return f"asked twice in the same words: {max(asked, key=asked.count)}"
    folded = fold(read.lines, interview.knowledge)
    if settled(folded) != settled(interview.state):
        return "the transcript folds to another state"
    resumed = Interview.resume(read, interview.knowledge, interview.script, interpreter=interview.interpreter)
    if resumed.differential.posterior != interview.differential.posterior:
        return "the resumed interview has another differential"
    if not any(utterance.text.strip() for utterance in resumed.begin()):
        return "the resumed interview says nothing"
    if not interview.finished and resumed.prompt != interview.prompt:
        return "the resumed interview asks something else"
    moves = compare(read, interview.knowledge, interpreter=interview.interpreter).moves
    if moves:
        return f"read again with the same knowledge something moved: {moves[0]}"
    return None


def run(count: int, first: int = 1) -> list[Failure]:
    """Play `count` interviews from seed `first` on and return the failures."""
    return [failure for seed in range(first, first + count) if (failure := play(seed)) is not None]


def main(argv: list[str]) -> int:
    """Play the interviews and print what failed; exit 1 if anything did."""
    count = int(argv[0]) if argv else 100
    failures = run(count, int(argv[1]) if len(argv) > 1 else 1)
    for failure in failures:
        print(failure)
    kinds = Counter(failure.reason.strip().splitlines()[-1] for failure in failures)
    for reason, times in kinds.most_common():
        print(f"{times:5} {reason}")
    print(f"{count - len(failures)} of {count} interviews of {TURNS} turns held")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
