"""What the user asks of the program rather than of the patient: /commands and their plain-language twins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.errors import nearest


@dataclass(frozen=True, slots=True)
class Command:
    """One command as typed."""

    name: str
    argument: str = ""

    @property
    def text(self) -> str:
        """Return the command in its slash form."""
        return f"/{self.name} {self.argument}".rstrip()


COMMANDS: Mapping[str, str] = {
    "why": "why this question is asked, and what it is worth",
    "whynot": "DIAGNOSIS: what speaks against it, beside the leader",
    "differential": "the whole differential with its reasons",
    "evidence": "ID: the numbers and sources of a finding, a diagnosis or a source",
    "summary": "what has been said so far",
    "tests": "which tests would tell most now",
    "advice": "alerts and advice that apply now",
    "course": "how each diagnosis fared over the interview",
    "answers": "every answer with its number, and what rests on it",
    "receipt": "what was read from the last reply",
    "read": "how the last reply was read, step by step",
    "accept": "[ANSWER]: store what waits for your agreement",
    "correct": "ANSWER [VALUE]: change an earlier answer, named by finding or number",
    "drop": "ANSWER: forget one answer, as if it had not been given",
    "recheck": "ask again what was answered before an answer it rests on changed",
    "undo": "take back the last answer",
    "back": "ask the previous question again",
    "skip": "leave this question open",
    "note": "TEXT: write a note into the transcript",
    "population": "CLINIC: name the clinic behind the starting probabilities",
    "paste": "paste several lines; a blank line or a full stop alone ends them",
    "save": "[FILE]: say where the interview is saved, or copy it",
    "report": "[FORMAT] [FILE]: write the one-page sheet",
    "copy": "[FILE]: one sentence for your own report, on the certainty scale",
    "demo": "watch a bundled case being played",
    "pane": "[PANE]: show another pane",
    "light": "change between light and dark colours",
    "stop": "end the questions and show the summary",
    "help": "what can be typed",
    "quit": "leave; the interview can be continued later",
}
"""Name -> what it does, as /help shows it; an argument is in capitals."""

_LONGEST_TWIN = 400
"""Characters; a longer text is no command in plain words."""

OF_FRONT_END = ("report", "copy", "demo", "pane", "light")
"""Commands that the interview hands on as they are: only a front end can carry them out."""

CHANGING = ("accept", "correct", "drop", "undo", "population")
"""Commands that may change the differential."""


def takes_argument(name: str) -> bool:
    """Say whether something may stand after the command."""
    return name == "why" or bool(re.match(r"\[?[A-Z]+\b", COMMANDS[name]))


_TWINS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?:{pattern})[\s?.!]*\Z", re.IGNORECASE), name)
    for pattern, name in (
        (r"why not (?:an? |the )?(?P<argument>[\w /-]{2,60}?)", "whynot"),
        (r"what about (?P<argument>[\w /-]{2,60}?)", "whynot"),
        (
            r"why(?: do you ask| are you asking| ask| this(?: question)?| that| is that important)?"
            r"(?: this| that| me that)?",
            "why",
        ),
        (
            r"what for|does it matter|why does (?:it|that|this) matter|is (?:it|that|this) (?:important|relevant)",
            "why",
        ),
        (
            r"(?:show )?(?:the |your )?(?:current |present )?(?:differential|ddx)|what do you think"
            r"|what is it(?: then)?|and now",
            "differential",
        ),
        (
            r"what have we got|what do we have|where are we|where do we stand|summary|summari[sz]e|recap|so far",
            "summary",
        ),
        (r"undo|undo that|take (?:that|it) back|scratch that|forget that", "undo"),
        (r"go back|back|previous(?: question)?|one back", "back"),
        (
            r"skip|skip (?:it|this|that)|next|next question|move on|leave (?:it )?open",
            "skip",
        ),
        (r"what (?:test|scan|should i do) next|which tests?|next tests?|what next|what now", "tests"),
        (r"correct (?P<argument>[a-z_]{3,40})|change (?P<argument2>[a-z_]{3,40})", "correct"),
        (r"help|help me|\?|what can i (?:type|say)", "help"),
        (r"quit|exit|bye|goodbye|:q|:wq", "quit"),
        (r"stop|finish|that is all|that's all|enough|no more questions|stop asking", "stop"),
        (r"(?:show )?(?:all )?(?:my |the )?answers|what did i (?:say|answer)", "answers"),
        (
            r"how did you (?:read|understand) (?:that|this|it|my (?:last )?reply|the (?:last )?reply)"
            r"|how was (?:that|this|it|my (?:last )?reply|the (?:last )?reply) (?:read|understood)",
            "read",
        ),
        (r"paste", "paste"),
        (r"save", "save"),
        (r"(?:show )?(?:the )?report|print", "report"),
    )
)


def parse_command(text: str) -> Command | None:
    """Return the command that `text` is, None where it is a reply.

    Plain-language twins count only as a whole reply. An unknown /word is the command `unknown` with a hint.
    """
    stripped = text.strip()
    if re.match(r"/[a-zA-Z]", stripped):
        name, argument = [*stripped[1:].split(None, 1), ""][:2]
        name = name.lower().replace("-", "").replace("_", "")
        name = {
            "exit": "quit",
            "q": "quit",
            "ddx": "differential",
            "correction": "correct",
            "finish": "stop",
            "h": "help",
        }.get(name, name)
        if "\n" in stripped and name != "note":
            return None
        if name in COMMANDS:
            return Command(name, argument.strip())
        return Command("unknown", f"there is no /{name}{nearest(name, COMMANDS)}")
    if "\n" in stripped or len(stripped) > _LONGEST_TWIN:
        return None
    for pattern, name in _TWINS:
        match = pattern.match(stripped)
        if match:
            found = match.groupdict()
            argument = next((value for key, value in found.items() if value), "")
            return Command(name, argument.strip())
    return None
