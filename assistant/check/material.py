"""What the checks look at: knowledge and scripts, loaded and as files, with the place of every line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from assistant.dialog import Script
from assistant.knowledge import KnowledgeBase
from assistant.yamlfile import Key, YamlFile


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a check may look at."""

    knowledge: KnowledgeBase

    files: Mapping[str, YamlFile] = field(default_factory=dict)
    """The knowledge files by their path within the folder; empty where only scripts are checked."""

    scripts: tuple[tuple[Script, YamlFile], ...] = ()
    """The scripts, each with its file."""

    all_scripts: bool = False
    """Whether `scripts` are all there are, so that a finding none of them asks is asked nowhere."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One place where a check found something."""

    file: YamlFile
    key: Key
    message: str
    """What is wrong, and what instead."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check with what it tells."""

    code: str
    severity: str
    """`error`, `warning` or `note`."""

    meaning: str
    """What the code means and what to do, for docs/problems.md."""

    find: Callable[[Material], Iterator[Spot]]
