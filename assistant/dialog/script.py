"""What is asked, in whose words, when, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant import cache
from assistant.errors import UsageError, nearest
from assistant.knowledge import Answer, Condition, KnowledgeBase
from assistant.locations import dialogs_folder

Order = Literal["scripted", "informative"]
"""How the next question is chosen: as the file goes, or by what it is worth."""

ORDERS: tuple[Order, ...] = ("scripted", "informative")
SECTIONS = ("patient", "malignancy", "marrow", "liver", "lesion", "elsewhere")
"""The ids a section may have."""

CLOSING_PARTS = ("summary", "advice", "next_tests")
"""What a closing may show."""

CASE_SUFFIX = ".case.yaml"
"""How the name of a case ends; a case may lie beside the scripts and is none of them."""

ALWAYS = Condition()
"""The condition that asks for nothing."""


@dataclass(frozen=True, slots=True)
class Question:
    """One finding, as the script asks it."""

    finding: str
    """The finding's id."""

    ask: str
    """The question in words."""

    help: str
    """What may be typed, and what the values mean; at most a few lines."""

    why: str
    """Why it is asked."""

    must_ask: bool = False
    """Whether it is asked whatever it is worth, as long as `must_ask_when` holds."""

    when: Condition = ALWAYS
    """Unless it holds the question is not asked."""

    follow_ups: tuple[str, ...] = ()
    """Findings asked right after this one, each when its own `when` holds."""

    must_ask_when: Condition = ALWAYS
    """Where `must_ask` is a condition, that condition; otherwise it always holds."""

    def may_be_asked(self, answers: Mapping[str, Answer]) -> bool:
        """Say whether the question makes sense beside `answers`; the caller knows whether it is open."""
        return self.when.holds(answers)

    def must_be_asked(self, answers: Mapping[str, Answer]) -> bool:
        """Say whether the question may not be left out beside `answers`."""
        return self.must_ask and self.may_be_asked(answers) and self.must_ask_when.holds(answers)


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that belong together."""

    id: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """What is said before the first question."""

    greeting: str
    prompt: str
    """Invites to describe the case."""

    help: str
    welcome: str = ""
    """In place of the greeting for somebody who has not used the program; the greeting again where it is empty."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What is said after the last question."""

    text: str
    shows: tuple[str, ...]
    """Some of CLOSING_PARTS, in order."""


@dataclass(frozen=True, slots=True)
class Script:
    """One interview, as its author wrote it."""

    id: str
    title: str
    order: Order
    opening: Opening
    sections: tuple[Section, ...]
    closing: Closing
    sha256: str
    """Of the file's bytes."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """Return all questions in the order of the file."""
        return tuple(question for section in self.sections for question in section.questions)

    def question(self, finding: str) -> Question | None:
        """Return the question about `finding`, if the script has one."""
        return next((question for question in self.questions if question.finding == finding), None)


def script_ids(folder: Path | None = None) -> tuple[str, ...]:
    """Return the ids of the scripts in `folder`, or in the one of locations.py."""
    return tuple(path.stem for path in script_files(folder or dialogs_folder()))


def script_files(folder: Path) -> tuple[Path, ...]:
    """Return the scripts in `folder`, by name."""
    found = (path for path in folder.glob("*.yaml") if not path.name.endswith(CASE_SUFFIX))
    return tuple(sorted(found, key=lambda path: path.stem))


def load_script(name_or_path: str | Path, knowledge: KnowledgeBase, folder: Path | None = None) -> Script:
    """Read one script.

    Args:
        name_or_path: an id, or a path when it ends in .yaml.
        knowledge: names the findings and values that the script may use.
        folder: where ids are looked up; the one of locations.py when left out.

    Raises:
        UsageError: there is no such script.
        KnowledgeError: with every problem of the file.
    """
    name = str(name_or_path)
    if name.endswith(".yaml"):
        path, shown = Path(name), name
        if not path.is_file():
            raise UsageError(f"there is no script file {name}")
        if name.endswith(CASE_SUFFIX):
            raise UsageError(f"{name} is a case and no script; `emh demo {name}` plays it")
    else:
        known = script_ids(folder)
        if name not in known:
            raise UsageError(f"there is no script {name!r}{nearest(name, known) or _all_of(known)}")
        path = (folder or dialogs_folder()) / f"{name}.yaml"
        shown = f"{path.parent.name}/{path.name}"
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        digest = ""  # what is wrong with the file is told by its reader
    values = {name: finding.value_ids for name, finding in knowledge.findings.items()}
    key = cache.key_of([path.stem, digest, values], Path(__file__).parent) if digest else None
    script = cache.kept("script", key, Script)
    if script is None:
        # only a start that finds nothing kept needs yaml
        from assistant.dialog.script_reader import read_script

        script = read_script(path, shown, knowledge)
        if script.sha256 == digest:
            cache.keep("script", key, script)
    return script


def _all_of(names: Collection[str]) -> str:
    return f"; there are {', '.join(names)}" if names else "; the folder holds none"
