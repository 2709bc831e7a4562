"""Which matches of a reply count: longest first, generic words only for the finding they can mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.knowledge import Finding, Kind
from assistant.understanding.lexicon import Candidate, Entry, Sort
from assistant.understanding.text import Text

_PLAIN_POLARITY = frozenset(
    [
        "no", "yes", "not", "and", "or", "plus", "without", "present", "absent", "neg", "negative", "pos",
        "positive", "+", "also", "now", "but",
    ]
)  # fmt: skip
"""Words that leave a clause fully explained beside one generic phrase."""


_JOINTS = frozenset(["and", "or", "plus", "+", "both"])
"""Words between things that share one result."""


@dataclass(frozen=True, slots=True)
class Name:
    """A phrase that names a finding by itself."""

    first: int
    last: int
    finding: str
    measure: bool = False
    """Whether it names a measurement and says nothing of its result."""


def topics_of(candidates: Sequence[Candidate], text: Text) -> Mapping[int, frozenset[str]]:
    """Return for each clause the findings that its words name by themselves."""
    named: dict[int, set[str]] = {}
    for candidate in candidates:
        for entry in candidate.entries:
            if not entry.if_asked:
                named.setdefault(text.tokens[candidate.first].clause, set()).add(entry.finding)
    return {clause: frozenset(findings) for clause, findings in named.items()}


def choose(
    candidates: Sequence[Candidate], text: Text, asked: Finding | None, polar: Collection[tuple[str, ...]]
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
    chosen: list[Candidate] = []
    for clause, found in by_clause.items():
        usable = []
        for candidate in found:
            entries = _usable(candidate, text, names, clause, asked)
            if entries:
                usable.append(replace(candidate, entries=entries))
        chosen.extend(_longest(usable, asked))
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


def _longest(usable: Sequence[Candidate], asked: Finding | None) -> list[Candidate]:
    """Return the candidates of one clause that do not overlap, longest first."""
    listed = asked is not None and asked.kind is Kind.MULTIPLE

    def weight(candidate: Candidate) -> tuple[bool, int, int, bool]:
        # "marrow positive, primary in place", asked where tumor is: the generic words are the asked list's
        own = _about(candidate, asked)
        return (not listed or own or _plain(candidate), candidate.length, -candidate.distance, own)

    chosen: list[Candidate] = []
    for candidate in sorted(usable, key=weight, reverse=True):
        overlapping = [other for other in chosen if not candidate.places.isdisjoint(other.places)]
        if not overlapping:
            chosen.append(candidate)
            continue
        taken = {entry.finding for other in overlapping for entry in other.entries}
        shared = tuple(entry for entry in candidate.entries if entry.if_asked and entry.finding not in taken)
        if (
            shared
            and all(candidate.places < other.places for other in overlapping)
            and not _about(candidate, asked)
        ):
            # "AFP and CEA normal": the result inside "CEA normal" is that of the AFP too
            chosen.append(replace(candidate, entries=shared))
        elif not any(_about(other, asked) for other in overlapping):
            # a shorter phrase inside a longer one of other findings still answers the pending question
            own = tuple(
                entry for entry in candidate.entries if asked is not None and entry.finding == asked.id
            )
            if own and all(not entry.if_asked and entry.sort is not Sort.MEASURE for entry in own):
                chosen.append(replace(candidate, entries=own))
    return chosen


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


def _usable(
    candidate: Candidate, text: Text, names: Mapping[int, list[Name]], clause: int, asked: Finding | None
) -> tuple[Entry, ...]:
    """Return the entries of a candidate that may count where it stands."""
    plain = tuple(entry for entry in candidate.entries if not entry.if_asked)
    own = tuple(entry for entry in candidate.entries if asked is not None and entry.finding == asked.id)
    if plain:
        # the pending question wins over another finding that shares the words
        if any(entry.sort is Sort.VALUE for entry in own):
            return own
        measures = all(entry.sort is Sort.MEASURE for entry in plain)
        return own if own and measures else plain
    generic = {entry.finding for entry in candidate.entries}
    here = [
        (max(candidate.first - name.last, name.first - candidate.last), name.finding)
        for name in names[clause]
        if name.finding in generic
    ]
    if here:
        named = _nearest(candidate, names, clause, text) & generic
        return tuple(entry for entry in candidate.entries if entry.finding in named)
    if own:
        return own
    if _explained(candidate, text, clause, asked, generic):
        return candidate.entries
    before = names.get(clause - 1, [])
    sentence = text.tokens[candidate.first].sentence
    if names[clause] or not before or text.tokens[before[0].first].sentence != sentence:
        return ()
    # "AFP: normal": the clause before named what this one tells
    latest = max(name.first for name in before)
    carried = {name.finding for name in before if name.first == latest}
    return tuple(entry for entry in candidate.entries if entry.finding in carried)


def _nearest(
    candidate: Candidate, names: Mapping[int, list[Name]], clause: int, text: Text
) -> frozenset[str]:
    """Return the findings that the names nearest to a phrase name, with those joined to them ("AFP and CEA normal")."""
    distance = {name: max(candidate.first - name.last, name.first - candidate.last) for name in names[clause]}
    nearest = min(distance.values())
    told = {name for name in names[clause] if distance[name] == nearest}
    before = min(name.first for name in told)
    for name in sorted(names[clause], key=lambda name: -name.first):
        between = {token.text for token in text.tokens[name.last : before]}
        if name.measure and name.last <= before <= candidate.first and between <= _JOINTS:
            told.add(name)
            before = name.first
    findings = {name.finding for name in told}
    while _only(text, range(text.clauses[clause].start, before), ()) and clause - 1 in text.clauses:
        # "AFP, CEA and CA 19-9 normal": clauses before that are nothing but names
        listed = names.get(clause - 1, [])
        previous = text.clauses[clause - 1]
        sentences = {text.tokens[places.start].sentence for places in (previous, text.clauses[clause])}
        if not listed or len(sentences) > 1 or not _only(text, previous, listed):
            break
        findings.update(name.finding for name in listed)
        clause, before = clause - 1, previous.start
    return frozenset(findings)


def _only(text: Text, places: range, listed: Sequence[Name]) -> bool:
    """Say whether nothing but names and words that join them stand at the places."""
    covered = {place for name in listed for place in range(name.first, name.last)}
    return all(place in covered or text.tokens[place].text in _JOINTS for place in places)


def _explained(
    candidate: Candidate, text: Text, clause: int, asked: Finding | None, generic: set[str]
) -> bool:
    """Say whether a generic phrase and a yes or no are all of a clause, and mean one finding only ("scar no").

    Only beside questions about the lesion, where such lists are typed.
    """
    if asked is None or asked.group != "lesion" or len(generic) != 1:
        return False
    if any(entry.values and "yes" not in entry.values for entry in candidate.entries):
        return False
    beside = [
        text.tokens[place].text
        for place in text.clauses[clause]
        if not candidate.first <= place < candidate.last
    ]
    return bool(beside) and all(word in _PLAIN_POLARITY for word in beside)
