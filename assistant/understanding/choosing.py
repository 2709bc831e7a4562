"""Which matches of a reply count: longest first, generic words only for the finding they can mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from assistant.knowledge import Finding, Kind
from assistant.understanding.lexicon import Candidate, Sort
from assistant.understanding.surroundings import Name, Surroundings
from assistant.understanding.text import Text


def topics_of(candidates: Sequence[Candidate], text: Text) -> Mapping[int, frozenset[str]]:
    """Return for each clause the findings that its words name by themselves."""
    named: dict[int, set[str]] = {}
    for candidate in candidates:
        for entry in candidate.entries:
            if not entry.if_asked:
                named.setdefault(text.tokens[candidate.first].clause, set()).add(entry.finding)
    return {clause: frozenset(findings) for clause, findings in named.items()}


def choose(
    candidates: Sequence[Candidate],
    text: Text,
    asked: Finding | None,
    polar: Collection[tuple[str, ...]],
    grammar: Mapping[str, frozenset[str]],
) -> tuple[Candidate, ...]:
    """Return the candidates that count, in order of the words; each clause is decided by itself and the one before."""
    by_clause: dict[int, list[Candidate]] = {}
    named = {text.tokens[candidate.first].clause for candidate in candidates if _plain(candidate)}
    answered = {
        text.tokens[candidate.first].clause
        for candidate in candidates
        if _about(candidate, asked) and candidate.entries[0].words not in polar
    }
    measured = _measured(candidates, text)
    for candidate in candidates:
        clause = text.tokens[candidate.first].clause
        beside = measured[clause] or measured[clause - 1]
        polarity = not _plain(candidate) and candidate.entries[0].words in polar
        if polarity and (clause in named or clause in answered) and not _tells(candidate, beside):
            # "filgrastim was not given": beside what is named, "given" affirms and is no answer of its own
            continue
        by_clause.setdefault(text.tokens[candidate.first].clause, []).append(candidate)
    names = {clause: _names(found) for clause, found in by_clause.items()}
    around = Surroundings(text, asked, names, grammar)
    chosen: list[Candidate] = []
    for found in by_clause.values():
        usable = []
        for candidate in found:
            entries = around.usable(candidate)
            if entries:
                usable.append(replace(candidate, entries=entries))
        chosen.extend(_longest(_without_needless_guesses(usable), asked, text, grammar["own_denials"]))
    return tuple(sorted(chosen, key=lambda candidate: (candidate.first, candidate.last)))


def _measured(candidates: Sequence[Candidate], text: Text) -> defaultdict[int, set[str]]:
    """Return for each clause the findings whose measurement it names."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for candidate in candidates:
        found[text.tokens[candidate.first].clause].update(
            entry.finding for entry in candidate.entries if entry.sort is Sort.MEASURE
        )
    return found


def _tells(candidate: Candidate, measured: Collection[str]) -> bool:
    """Say whether the phrase is the result of a measurement beside it that no yes or no can answer ("AFP normal")."""
    return any(entry.finding in measured and not entry.polar for entry in candidate.entries)


def _plain(candidate: Candidate) -> bool:
    return any(not entry.if_asked for entry in candidate.entries)


def _without_needless_guesses(usable: Sequence[Candidate]) -> list[Candidate]:
    """Drop the guessed phrases in which words that need no guess say the same ("dilated bile dcuts")."""

    def meant(candidate: Candidate) -> set[tuple[str, frozenset[str]]]:
        return {(entry.finding, entry.values) for entry in candidate.entries if entry.values}

    kept = []
    for candidate in usable:
        inside = [other for other in usable if not other.guessed and other.places < candidate.places]
        if not (candidate.guessed and any(meant(candidate) <= meant(other) for other in inside)):
            kept.append(candidate)
    return kept


def _longest(
    usable: Sequence[Candidate], asked: Finding | None, text: Text, denials: frozenset[str]
) -> list[Candidate]:
    """Return the candidates of one clause that do not overlap, longest first."""
    listed = asked is not None and asked.kind is Kind.MULTIPLE

    def weight(candidate: Candidate) -> tuple[bool, bool, int, int, bool]:
        # "marrow positive, primary in place", asked where tumor is: the words are the asked list's
        own = _about(candidate, asked)
        plain = not listed or own or _plain(candidate)
        return (listed and own, plain, candidate.length, -candidate.distance, own)

    chosen: list[Candidate] = []
    for candidate in sorted(usable, key=weight, reverse=True):
        overlapping = [other for other in chosen if _overlap(candidate, other)]
        if not overlapping:
            chosen.append(candidate)
            continue
        covered = frozenset[int]().union(*(other.places for other in overlapping))
        taken = {
            entry.finding
            for other in usable
            for entry in other.entries
            if other.places <= covered and (other in overlapping or not entry.if_asked)
        }
        shared = tuple(entry for entry in candidate.entries if entry.if_asked and entry.finding not in taken)
        if (
            shared
            and all(candidate.places < other.places for other in overlapping)
            and not _about(candidate, asked)
        ):
            # "AFP and CEA normal": the result inside "CEA normal" is that of the AFP too
            chosen.append(_inside(replace(candidate, entries=shared), covered, text, denials))
        elif not any(_about(other, asked) for other in overlapping):
            # a shorter phrase inside a longer one of other findings still answers the pending question
            own = tuple(
                entry for entry in candidate.entries if asked is not None and entry.finding == asked.id
            )
            if own and all(not entry.if_asked and entry.sort is not Sort.MEASURE for entry in own):
                chosen.append(_inside(replace(candidate, entries=own), covered, text, denials))
    return chosen


def _overlap(candidate: Candidate, other: Candidate) -> bool:
    """Say whether two phrases share words; a word that only stands for a class may be shared between findings."""
    if candidate.places.isdisjoint(other.places):
        return False
    mine, theirs = ({entry.finding for entry in each.entries} for each in (candidate, other))
    return not mine.isdisjoint(theirs) or not candidate.own_places.isdisjoint(other.own_places)


def _inside(candidate: Candidate, covered: frozenset[int], text: Text, denials: frozenset[str]) -> Candidate:
    """Return a phrase inside a longer one, denied where that begins with a denial ("not present at baseline")."""
    before = (text.tokens[place].text for place in covered if place < candidate.first)
    return replace(candidate, denied_within=candidate.denied_within or not denials.isdisjoint(before))


def _about(candidate: Candidate, asked: Finding | None) -> bool:
    return asked is not None and any(entry.finding == asked.id for entry in candidate.entries)


def _names(candidates: Sequence[Candidate]) -> list[Name]:
    """Return the phrases of a clause that name a finding by themselves, less those inside a longer one."""
    plain = [each for each in candidates if any(not entry.if_asked for entry in each.entries)]
    names = []
    for candidate in plain:
        inside = any(
            other.first <= candidate.first
            and candidate.last <= other.last
            and other.length > candidate.length
            for other in plain
        )
        if not inside:
            names += [
                Name(candidate.first, candidate.last, e.finding, e.sort is Sort.MEASURE)
                for e in candidate.entries
                if not e.if_asked
            ]
    return names
