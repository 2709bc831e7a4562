"""Reply and pending question to an interpretation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from assistant.knowledge import Answer, Finding, Kind, KnowledgeBase, State
from assistant.understanding.assertion import Cues, Scope
from assistant.understanding.claims import Claim, affirmed, refused
from assistant.understanding.interpretation import Interpretation, Outcome, Reading
from assistant.understanding.lexicon import Candidate, Entry, Lexicon, Sort
from assistant.understanding.measurements import Measured, Measurements
from assistant.understanding.narrative import Setting, setting_of
from assistant.understanding.settling import settle
from assistant.understanding.text import Text, Token, tokenise, words

_IMAGING_GROUPS = frozenset(["lesion"])


class Interpreter:
    """Understands replies by the words of one knowledge base."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.cues = Cues(knowledge.cues)
        self.lexicon = Lexicon(knowledge, self.cues.vocabulary, self.cues.said)
        self._measurements = Measurements(knowledge, self.cues)
        data = knowledge.cues
        self._lasting = frozenset(data.get("lasting", ()))
        self._acts = frozenset(data.get("acts", ()))
        self._strongest: Mapping[str, tuple[str, ...]] = {
            finding: tuple(values) for finding, values in data.get("strongest", {}).items()
        }
        headings = data.get("headings", {})
        self._headings = frozenset((*headings.get("read", ()), *headings.get("skip", ())))
        self._skipped_headings = frozenset(headings.get("skip", ()))
        self._seen_by = self._examinations()

    def _examinations(self) -> tuple[tuple[tuple[tuple[str, ...], ...], frozenset[str]], ...]:
        """Return for each examination its names and the findings it can show."""
        modalities = []
        for modality in self.knowledge.cues.get("modalities", ()):
            tests = [self.knowledge.tests[name] for name in modality["tests"] if name in self.knowledge.tests]
            shown = frozenset(finding for test in tests for finding in test.findings)
            modalities.append((tuple(words(name) for name in modality["words"]), shown))
        return tuple(modalities)

    def read(self, reply: str, question: str | None = None) -> Interpretation:
        """Return what `reply` means.

        Args:
            reply: the raw text; any length, any characters.
            question: the pending finding; None reads a narrative.
        """
        asked = self.knowledge.finding(question) if question is not None else None
        text = tokenise(reply, self.cues.boundaries, headings=self._headings)
        if asked is not None:
            option = self._option(text, asked)
            if option is not None:
                return Interpretation(reply, question, (option,), text.cut)
        setting = setting_of(text, self.cues, self._skipped_headings, narrative=asked is None)
        corrected = self._after_correction(text) if asked is not None else 0
        claims = list(self._claims(text, asked, setting, corrected))
        readings = self._readings(claims, text, asked)
        return Interpretation(reply, question, readings, text.cut)

    # -- whole replies

    def _option(self, text: Text, asked: Finding) -> Reading | None:
        """Return the reading of a reply that is an option number and nothing else."""
        if len(text.tokens) != 1 or not text.tokens[0].text.isdigit() or asked.kind is Kind.QUANTITY:
            return None
        if (
            len(asked.lexicon.labs) == 1
            and not asked.values[0].id.isdigit()
            and int(text.tokens[0].text[:6]) > len(asked.values)
        ):
            return None
        number = int(text.tokens[0].text[:6])
        token = text.tokens[0]
        chosen = [asked.values[number - 1].id] if 1 <= number <= len(asked.values) else []
        if asked.id == self.knowledge.cues.get("counts", {}).get("finding"):
            bands = self.knowledge.cues["counts"]["bands"]
            counted = [band["value"] for band in bands if band["from"] <= number < band["below"]]
            chosen = list(dict.fromkeys((*chosen, *counted)))
        answers = tuple(self._answer(asked, frozenset([value])) for value in chosen)
        if len(answers) == 1:
            return Reading(asked.id, Outcome.ACCEPT, answers, ((token.start, token.end),))
        if not answers:
            return Reading(asked.id, Outcome.ASK, (), (), f"there is no option {number}")
        return Reading(
            asked.id, Outcome.ASK, answers, ((token.start, token.end),), "an option number or a count"
        )

    def _after_correction(self, text: Text) -> int:
        """Return the position of the first token behind the last self-correction, 0 without one."""
        tokens = text.tokens
        best = 0
        for place in range(len(tokens)):
            for cue in self.cues.corrections:
                if tuple(token.text for token in tokens[place : place + len(cue)]) == cue:
                    best = max(best, place + len(cue))
                    break
        for place in range(1, len(tokens) - 1):
            # "12 - no, 13 last week", "adenoma... no: two biopsies"
            alone = tokens[place].text == "no" and len(text.clause(tokens[place].clause)) == 1
            gap = text.raw[tokens[place - 1].end : tokens[place].start]
            if alone and ("-" in gap or "–" in gap or "—" in gap or ".." in gap) and place + 1 < len(tokens):
                best = max(best, place + 1)
        return best if best < len(tokens) else 0

    # -- claims

    def _claims(self, text: Text, asked: Finding | None, setting: Setting, corrected: int) -> Iterator[Claim]:
        tokens = text.tokens
        candidates = [
            candidate for candidate in self.lexicon.candidates(tokens) if candidate.first >= corrected
        ]
        topics = _topics(candidates, tokens)
        chosen = _choose(candidates, tokens, topics, asked)
        taken = frozenset(place for candidate in chosen for place in range(candidate.first, candidate.last))
        cues = self.cues.find(tokens, taken)
        scope = Scope(tokens, cues, tuple(sorted((c.first, c.last) for c in chosen)))
        live = [
            number for number in self._measurements.numbers(tokens, text.raw) if number.first >= corrected
        ]
        live = [n for n in live if not setting.dropped(n.first, scope)]
        yield from self._bare(text, asked, scope, chosen, corrected, setting)
        for candidate in chosen:
            if setting.dropped(candidate.first, scope):
                continue
            yield from self._candidate_claims(candidate, scope, asked, topics, setting)
        measured = Measured(tokens, scope, tuple(live), asked, self.cues, topics, taken, asked is None)
        for claim in self._measurements.claims(measured):
            if not scope.someone_else(claim.first) or claim.quantity is None and asked is None:
                if not scope.someone_else(claim.first):
                    yield claim
        yield from self._states(text, asked, scope, topics, corrected, setting)

    def _candidate_claims(
        self,
        candidate: Candidate,
        scope: Scope,
        asked: Finding | None,
        topics: Mapping[int, frozenset[str]],
        setting: Setting,
    ) -> Iterator[Claim]:
        clause = scope.tokens[candidate.first].clause
        if scope.someone_else(candidate.first):
            return
        hedged = "not said with certainty" if scope.hedged(clause) and not setting.ignores_hedges else ""
        polarity = scope.polarity(candidate.first, candidate.last)
        by_finding: dict[str, list[Entry]] = {}
        for entry in candidate.entries:
            by_finding.setdefault(entry.finding, []).append(entry)
        for name, entries in by_finding.items():
            finding = self.knowledge.findings[name]
            if finding.group in _IMAGING_GROUPS and scope.other_organ(clause) and finding is not asked:
                continue
            claim = self._entry_claim(
                finding, entries, candidate, clause, polarity.negations, polarity.affirmed, hedged, scope
            )
            if claim is not None:
                yield self._in_time(finding, claim, scope, asked)

    def _entry_claim(
        self,
        finding: Finding,
        entries: list[Entry],
        candidate: Candidate,
        clause: int,
        negations: int,
        is_affirmed: bool,
        hedged: str,
        scope: Scope,
    ) -> Claim | None:
        first, last = candidate.first, candidate.last
        negated = negations % 2 == 1
        doubled = negations >= 2
        valued = [entry for entry in entries if entry.sort is Sort.VALUE]
        if valued:
            numbers = {entry.number for entry in valued if entry.number is not None}
            if numbers:
                number = min(numbers)
                return (
                    None
                    if negated
                    else Claim(finding.id, first, last, clause, quantity=(number, number), hedged=hedged)
                )
            values = frozenset(value for entry in valued for value in entry.values)
            tied = len({entry.values for entry in valued}) > 1
            if tied and candidate.distance:
                hedged = hedged or "a near miss of several words"
            if not negated:
                return Claim(finding.id, first, last, clause, values, hedged=hedged, doubled=doubled)
            return Claim(finding.id, first, last, clause, denied=values, hedged=hedged)
        sign = any(entry.sort is Sort.SIGN for entry in entries)
        if sign:
            make = refused if negated else affirmed
            claim = make(finding, first, last, clause, hedged)
            return replace(claim, doubled=doubled) if claim and not negated else claim
        # a measure says something only with a cue beside it
        if negated:
            before = any(
                cue.kind == "negation_before"
                and cue.last <= first
                and scope.tokens[cue.first].clause == clause
                for cue in scope.cues
            ) and not any(
                cue.kind == "negation_after" and cue.first >= last
                for cue in scope.in_clause(clause, "negation_after")
            )
            if before:
                return Claim(finding.id, first, last, clause, state=State.NOT_DONE, implied=True)
            return refused(finding, first, last, clause, hedged)
        if is_affirmed:
            claim = affirmed(finding, first, last, clause, hedged)
            return replace(claim, implied=True) if claim else None
        return None

    def _in_time(self, finding: Finding, claim: Claim, scope: Scope, asked: Finding | None) -> Claim:
        """Return the claim as it stands today: planned acts are not done, what was stopped is no more."""
        if not claim.values:
            return claim
        planned = scope.in_clause(claim.clause, "planned")
        if (
            planned
            and finding.id in self._acts
            and finding.negative in finding.value_ids
            and finding is asked
        ):
            return replace(claim, values=frozenset([str(finding.negative)]), open=False)
        if planned and finding.id in self._acts:
            return replace(claim, hedged=claim.hedged or "planned, not done")
        stopped = scope.in_clause(claim.clause, "stopped")
        if (
            stopped
            and finding.id not in self._lasting
            and finding.negative is not None
            and finding.kind is Kind.SINGLE
        ):
            return replace(claim, values=frozenset(), denied=claim.values)
        return claim

    def _bare(
        self,
        text: Text,
        asked: Finding | None,
        scope: Scope,
        chosen: list[Candidate],
        corrected: int,
        setting: Setting,
    ) -> Iterator[Claim]:
        """Yield what clauses of nothing but yes or no claim."""
        if asked is None and setting.narrative and not chosen:
            return
        tokens = text.tokens
        ignored = self.cues.fillers | {
            word for phrase in self.knowledge.cues.get("patient", ()) for word in words(phrase)
        }
        for clause in dict.fromkeys(token.clause for token in tokens):
            places = [
                place for place, token in enumerate(tokens) if token.clause == clause and place >= corrected
            ]
            if not places:
                continue
            said = self.cues.bare([tokens[place] for place in places]) or self.cues.bare(
                [tokens[place] for place in places if tokens[place].text not in ignored]
            )
            if said is None or scope.someone_else(places[0]) and not self._speaks_of_patient(places, scope):
                continue
            target = self._pending_topic(clause, tokens, chosen) or asked
            if target is None:
                continue
            hedged = (
                "yes and no" if said == "both" else "not said with certainty" if scope.hedged(clause) else ""
            )
            make = refused if said == "no" else affirmed
            claim = make(target, places[0], places[-1] + 1, clause, hedged)
            if claim is not None:
                yield replace(claim, open=claim.open)
            elif target is asked:
                options = frozenset(target.value_ids) if target.kind is not Kind.QUANTITY else frozenset()
                yield Claim(target.id, places[0], places[-1] + 1, clause, options, open=True)

    @staticmethod
    def _speaks_of_patient(places: list[int], scope: Scope) -> bool:
        clause = scope.tokens[places[0]].clause
        return any(cue.kind == "patient" for cue in scope.in_clause(clause, "patient"))

    def _pending_topic(
        self, clause: int, tokens: tuple[Token, ...], chosen: list[Candidate]
    ) -> Finding | None:
        """Return the finding that the clause before only named ("GCSF - no", "chemo: yes")."""
        before = [place for place, token in enumerate(tokens) if token.clause == clause - 1]
        if not before or tokens[before[0]].sentence != next(t.sentence for t in tokens if t.clause == clause):
            return None
        for candidate in chosen:
            names = all(entry.sort is not Sort.VALUE for entry in candidate.entries)
            covered = set(range(candidate.first, candidate.last))
            rest = [
                place
                for place in before
                if place not in covered and tokens[place].text not in self.cues.fillers
            ]
            if names and not rest and covered & set(before):
                return self.knowledge.findings[candidate.entries[0].finding]
        return None

    def _states(
        self,
        text: Text,
        asked: Finding | None,
        scope: Scope,
        topics: Mapping[int, frozenset[str]],
        corrected: int,
        setting: Setting,
    ) -> Iterator[Claim]:
        """Yield that something is unknown, not done or not assessable."""
        kinds = (
            ("not_done", State.NOT_DONE),
            ("not_assessable", State.NOT_ASSESSABLE),
            ("unknown", State.UNKNOWN),
        )
        for cue in scope.cues:
            state = dict(kinds).get(cue.kind)
            if state is None or cue.first < corrected or scope.someone_else(cue.first):
                continue
            clause = scope.tokens[cue.first].clause
            about = topics.get(clause) or frozenset()
            if asked is not None and (asked.id in about or not about):
                yield self._state_claim(asked, cue.first, cue.last, clause, state)
            elif about and not setting.dropped(cue.first, scope):
                for name in sorted(about):
                    yield self._state_claim(self.knowledge.findings[name], cue.first, cue.last, clause, state)
        if asked is not None:
            yield from self._missing_examination(text, asked, scope)

    def _state_claim(self, finding: Finding, first: int, last: int, clause: int, state: State) -> Claim:
        if state is State.NOT_DONE and finding.id in self._acts and finding.negative is not None:
            return Claim(finding.id, first, last, clause, frozenset([finding.negative]), implied=True)
        return Claim(finding.id, first, last, clause, state=state)

    def _missing_examination(self, text: Text, asked: Finding, scope: Scope) -> Iterator[Claim]:
        """Yield `not done` for "no MRI" and for "CT only" when the finding needs another examination."""
        tokens = text.tokens
        texts = [token.text for token in tokens]
        for names, shown in self._seen_by:
            for name in names:
                for place in range(len(tokens) - len(name) + 1):
                    if tuple(texts[place : place + len(name)]) != name:
                        continue
                    around = (
                        texts[max(0, place - 2) : place] + texts[place + len(name) : place + len(name) + 2]
                    )
                    only = "only" in around or "just" in around
                    absent = bool({"no", "without", "not"} & set(texts[max(0, place - 2) : place]))
                    if (only and asked.id not in shown and asked.group in _EXAMINED) or (
                        absent and asked.id in shown and asked.group in _EXAMINED
                    ):
                        yield Claim(
                            asked.id,
                            place,
                            place + len(name),
                            tokens[place].clause,
                            state=State.NOT_DONE,
                            implied=True,
                        )

    # -- readings

    def _readings(self, claims: Iterable[Claim], text: Text, asked: Finding | None) -> tuple[Reading, ...]:
        by_finding: dict[str, list[Claim]] = {}
        for claim in claims:
            by_finding.setdefault(claim.finding, []).append(claim)
        order = sorted(
            by_finding, key=lambda name: (asked is None or name != asked.id, by_finding[name][0].first)
        )
        closed = any(word.text in ("only", "just", "exclusively", "solely") for word in text.tokens)
        readings = []
        for name in order:
            finding = self.knowledge.findings[name]
            reading = settle(
                finding,
                by_finding[name],
                text,
                asked=finding is asked,
                lasting=name in self._lasting,
                strongest=self._strongest.get(name, ()),
                cues=self.cues,
                closed=closed and finding is asked,
            )
            if reading is not None:
                readings.append(reading)
        if asked is not None and not any(reading.finding == asked.id for reading in readings):
            readings.insert(
                0, Reading(asked.id, Outcome.ASK, reason="nothing in the reply answers the question")
            )
        return tuple(readings)

    @staticmethod
    def _answer(finding: Finding, values: frozenset[str]) -> Answer:
        return Answer(finding.id, values=values, listed=finding.kind is Kind.MULTIPLE)


_EXAMINED = frozenset(["lesion", "elsewhere"])


def _topics(candidates: list[Candidate], tokens: tuple[Token, ...]) -> Mapping[int, frozenset[str]]:
    """Return for each clause the findings that its words name by themselves."""
    named: dict[int, set[str]] = {}
    for candidate in candidates:
        for entry in candidate.entries:
            if not entry.if_asked:
                named.setdefault(tokens[candidate.first].clause, set()).add(entry.finding)
    return {clause: frozenset(findings) for clause, findings in named.items()}


def _choose(
    candidates: list[Candidate],
    tokens: tuple[Token, ...],
    topics: Mapping[int, frozenset[str]],
    asked: Finding | None,
) -> list[Candidate]:
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
    clause_named = any(clause == token.clause for clause, *_ in naming)
    if clause_named:
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
