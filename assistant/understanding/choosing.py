"""Which matches of a reply count: longest first, generic words only for the finding they can mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from assistant.knowledge import Finding
from assistant.understanding.lexicon import Candidate, Entry, Sort
from assistant.understanding.text import Token


def topics_of(candidates: list[Candidate], tokens: tuple[Token, ...]) -> Mapping[int, frozenset[str]]:
    """Return for each clause the findings that its words name by themselves."""
    named: dict[int, set[str]] = {}
    for candidate in candidates:
        for entry in candidate.entries:
            if not entry.if_asked:
                named.setdefault(tokens[candidate.first].clause, set()).add(entry.finding)
    return {clause: frozenset(findings) for clause, findings in named.items()}


def choose(candidates: list[Candidate], tokens: tuple[Token, ...], asked: Finding | None) -> list[Candidate]:
    """Return the candidates that count, longest first, none overlapping another of other findings."""
    naming = _naming(candidates, tokens)
    usable: list[Candidate] = []
    for candidate in candidates:
        entries = _usable(candidate, tokens, naming, asked)
        if entries:
            usable.append(replace(candidate, entries=entries))
    chosen: list[Candidate] = []

    def weight(candidate: Candidate) -> tuple[int, int, int]:
        about_asked = asked is not None and any(entry.finding == asked.id for entry in candidate.entries)
        return (candidate.length, -candidate.distance, int(about_asked))

    for candidate in sorted(usable, key=weight, reverse=True):
        overlapping = [
            other for other in chosen if candidate.first < other.last and other.first < candidate.last
        ]
        if not overlapping:
            chosen.append(candidate)
            continue
        # a shorter phrase inside a longer one of other findings still answers the pending question
        if asked is not None and not any(
            entry.finding == asked.id for other in overlapping for entry in other.entries
        ):
            own = tuple(
                entry
                for entry in candidate.entries
                if entry.finding == asked.id and entry.sort is not Sort.MEASURE
            )
            if own and all(not entry.if_asked for entry in own):
                chosen.append(replace(candidate, entries=own))
    return sorted(chosen, key=lambda candidate: (candidate.first, candidate.last))


def _naming(candidates: list[Candidate], tokens: tuple[Token, ...]) -> list[tuple[int, int, int, int, str]]:
    """Return (clause, sentence, first, last, finding) of every phrase that names a finding by itself, longest kept."""
    names: list[tuple[int, int, int, int, str]] = []
    plain = [c for c in candidates if any(not entry.if_asked for entry in c.entries)]
    for candidate in plain:
        inside = any(
            other is not candidate
            and other.first <= candidate.first
            and candidate.last <= other.last
            and other.length > candidate.length
            for other in plain
        )
        if inside:
            continue
        token = tokens[candidate.first]
        for entry in candidate.entries:
            if not entry.if_asked:
                names.append((token.clause, token.sentence, candidate.first, candidate.last, entry.finding))
    return names


def _usable(
    candidate: Candidate,
    tokens: tuple[Token, ...],
    naming: list[tuple[int, int, int, int, str]],
    asked: Finding | None,
) -> tuple[Entry, ...]:
    token = tokens[candidate.first]
    plain = tuple(entry for entry in candidate.entries if not entry.if_asked)
    asked_id = asked.id if asked is not None else None
    if plain:
        own = tuple(entry for entry in candidate.entries if entry.finding == asked_id)
        if own and any(entry.sort is Sort.VALUE for entry in own):
            # the pending question wins over another finding that shares the words
            return own
        return plain
    generic = {entry.finding for entry in candidate.entries}
    here = [
        (max(candidate.first - last, first - candidate.last), finding)
        for clause, _, first, last, finding in naming
        if clause == token.clause and finding in generic
    ]
    if here:
        nearest = min(distance for distance, _ in here)
        named = {finding for distance, finding in here if distance == nearest}
        return tuple(entry for entry in candidate.entries if entry.finding in named)
    if asked_id in generic:
        return tuple(entry for entry in candidate.entries if entry.finding == asked_id)
    if _explained(candidate, tokens, asked, generic):
        return candidate.entries
    if any(clause == token.clause for clause, *_ in naming):
        return ()
    before = [
        (first, finding)
        for clause, sentence, first, _, finding in naming
        if clause == token.clause - 1 and sentence == token.sentence
    ]
    carried = (
        {finding for first, finding in before if first == max(place for place, _ in before)}
        if before
        else set()
    )
    return tuple(entry for entry in candidate.entries if entry.finding in carried)


_PLAIN_POLARITY = frozenset(
    [
        "no", "yes", "not", "and", "or", "plus", "without", "present", "absent", "neg", "negative", "pos",
        "positive", "+", "also", "now", "but",
    ]
)  # fmt: skip
"""Words that leave a clause fully explained beside one generic phrase."""


def _explained(
    candidate: Candidate, tokens: tuple[Token, ...], asked: Finding | None, generic: set[str]
) -> bool:
    """Say whether a generic phrase and a yes or no are all of a clause, and mean one finding only ("scar no").

    Only beside questions about the lesion, where such lists are typed.
    """
    if asked is None or asked.group != "lesion" or len(generic) != 1:
        return False
    if any(entry.values and "yes" not in entry.values for entry in candidate.entries):
        return False
    clause = tokens[candidate.first].clause
    beside = [
        token.text
        for place, token in enumerate(tokens)
        if token.clause == clause and not candidate.first <= place < candidate.last
    ]
    return bool(beside) and all(word in _PLAIN_POLARITY for word in beside)
