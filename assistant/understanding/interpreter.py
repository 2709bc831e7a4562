"""Reply and pending question to an interpretation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.knowledge import Answer, Finding, Kind, KnowledgeBase, State
from assistant.understanding.assertion import Cue, Cues
from assistant.understanding.choosing import choose, topics_of
from assistant.understanding.claims import Claim
from assistant.understanding.interpretation import DOUBT, Interpretation, Outcome, Reading
from assistant.understanding.lexicon import Candidate, Lexicon
from assistant.understanding.measured import Measured
from assistant.understanding.measurements import Measurements
from assistant.understanding.narrative import setting_of
from assistant.understanding.pronouns import Pronouns
from assistant.understanding.said import Said
from assistant.understanding.scope import OWN_DENIAL, Scope
from assistant.understanding.settling import Weighing, settle
from assistant.understanding.spaced import SpacedPhrases
from assistant.understanding.stages import Stages
from assistant.understanding.stating import Statements
from assistant.understanding.text import Text, Token, fold, tokenise, words

if TYPE_CHECKING:
    from assistant.understanding.explanation import Explanation

NOTHING = "nothing in the reply answers the question"


def _own_denials(chosen: Sequence[Candidate], text: Text, denials: frozenset[str]) -> Iterator[Cue]:
    """Yield the denials inside phrases ("no capsule") that an "or" behind the phrase carries on."""
    for candidate in chosen:
        if text.tokens[candidate.first].text not in denials:
            continue
        behind = candidate.last
        joined = behind < len(text.tokens) and text.tokens[behind].text in ("or", "nor")
        kind = "negation_before" if joined else OWN_DENIAL
        yield Cue(kind, candidate.first, candidate.first + 1)


class Interpreter:
    """Understands replies by the words of one knowledge base."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.cues = Cues(knowledge.cues)
        known = self.cues.vocabulary | self.cues.grammar["own_denials"]
        self.lexicon = Lexicon(knowledge, known, self.cues.said)
        self.spaced = SpacedPhrases(knowledge, self.lexicon)
        self._measurements = Measurements(knowledge, self.cues)
        self._pronouns = Pronouns(self.cues)
        self._statements = Statements(knowledge, self.cues)
        self._polar = self.cues.polar
        data = knowledge.cues
        self._strongest: Mapping[str, tuple[str, ...]] = {
            finding: tuple(values) for finding, values in data.get("strongest", {}).items()
        }
        self._closing = frozenset(str(word) for word in data.get("closing", ()))
        self._capitals = frozenset(fold(str(word)) for word in data.get("capitals", ()))
        self._alone = frozenset(fold(str(word)) for word in data.get("unknown_alone", ()))
        headings = data.get("headings", {})
        self._headings = frozenset((*headings.get("read", ()), *headings.get("skip", ())))
        self._kept_headings = frozenset(headings.get("names", ()))
        self._skipped_headings = frozenset(headings.get("skip", ()))

    def read(self, reply: str, question: str | None = None) -> Interpretation:
        """Return what `reply` means.

        Args:
            reply: the raw text; any length, any characters.
            question: the pending finding; None reads a narrative.

        Raises:
            AnswerError: there is no such finding.
        """
        return self._understood(reply, question)[0]

    def explain(self, reply: str, question: str | None = None) -> Explanation:
        """Return how `read` comes to what `reply` means, step by step.

        Raises:
            AnswerError: there is no such finding.
        """
        # what explains is not needed to read, so that nobody who only answers waits for it
        from assistant.understanding.explaining import explanation

        found, stages = self._understood(reply, question)
        return explanation(self.knowledge, self.cues, found, stages)

    def _understood(self, reply: str, question: str | None) -> tuple[Interpretation, Stages | None]:
        """Return what a reply means and the stages of reading it; a mere option number has none."""
        asked = self.knowledge.finding(question) if question is not None else None
        text = tokenise(reply, self.cues.boundaries, headings=self._headings, kept=self._kept_headings)
        if asked is not None and (option := self._option(text, asked)) is not None:
            return Interpretation(reply, question, (option,), text.cut), None
        stages = self._stages(text, asked)
        return Interpretation(reply, question, self._readings(stages), text.cut), stages

    def _option(self, text: Text, asked: Finding) -> Reading | None:
        """Return the reading of a reply that is an option number, or the letter for not known, and nothing else."""
        if len(text.tokens) == 1 and text.tokens[0].text in self._alone:
            token = text.tokens[0]
            unknown = Answer(asked.id, State.UNKNOWN)
            return Reading(asked.id, Outcome.ACCEPT, (unknown,), ((token.start, token.end),))
        if not text.tokens or not text.tokens[0].text.isdecimal() or asked.kind is Kind.QUANTITY:
            return None
        token = text.tokens[0]
        if len(text.tokens) > 1:
            return self._shown_option(text, asked)
        number = int(token.text[:6])
        if number > len(asked.values) and asked.lexicon.labs:
            return None
        chosen = [asked.values[number - 1].id] if 1 <= number <= len(asked.values) else []
        counts = self.knowledge.cues.get("counts", {})
        if asked.id == counts.get("finding"):
            counted = [band["value"] for band in counts["bands"] if band["from"] <= number < band["below"]]
            chosen = list(dict.fromkeys((*chosen, *counted)))
        chosen += self._level(asked, float(number), chosen)
        listed = asked.kind is Kind.MULTIPLE
        answers = tuple(Answer(asked.id, values=frozenset([value]), listed=listed) for value in chosen)
        span = ((token.start, token.end),)
        if len(answers) == 1:
            return Reading(asked.id, Outcome.ACCEPT, answers, span)
        if not answers:
            return Reading(asked.id, Outcome.ASK, (), (), f"there is no option {number}")
        return Reading(asked.id, Outcome.ASK, answers, span, "an option's number, or a number of its own")

    @staticmethod
    def _shown_option(text: Text, asked: Finding) -> Reading | None:
        """Return the reading of an option typed as it is shown, number and name ("2 male")."""
        number, name = int(text.tokens[0].text[:6]), tuple(token.text for token in text.tokens[1:])
        if not 1 <= number <= len(asked.values):
            return None
        value = asked.values[number - 1]
        if name not in (words(value.name), words(value.id.replace("_", " "))):
            return None
        answer = Answer(asked.id, values=frozenset([value.id]), listed=asked.kind is Kind.MULTIPLE)
        return Reading(asked.id, Outcome.ACCEPT, (answer,), ((text.tokens[0].start, text.tokens[-1].end),))

    @staticmethod
    def _level(asked: Finding, number: float, chosen: list[str]) -> list[str]:
        """Return what the number means as the level of the one laboratory value asked for, unless already chosen."""
        if len(asked.lexicon.labs) != 1:
            return []
        lab = asked.lexicon.labs[0]
        low, high = lab.plausible
        meant = [value for start, below, value in lab.bands if start <= number < below and value is not None]
        return [value for value in meant if value not in chosen and low <= number <= high]

    def _stages(self, text: Text, asked: Finding | None) -> Stages:
        tokens = text.tokens
        begin = self._behind_correction(text) if asked is not None else 0
        stated = self.cues.statements(tokens)
        candidates = tuple(self._candidates(text, begin, stated))
        chosen = choose(candidates, text, asked, self._polar, self.cues.grammar)
        taken = frozenset(place for candidate in chosen for place in candidate.places)
        put_right = self._without_slips(tokens)
        cues = (
            *self.cues.around(put_right, taken),
            *_own_denials(chosen, text, self.cues.grammar["own_denials"]),
        )
        cues = (*cues, *self._perhaps_denied(tokens, taken), *self._inverted(text, asked))
        cues = tuple(cue for cue in cues if cue.first >= begin)
        spans = tuple(sorted((candidate.first, candidate.last) for candidate in chosen))
        scope = Scope(text, cues, spans, self.cues.grammar, narrative=asked is None)
        setting = setting_of(text, self.cues, self._skipped_headings, narrative=asked is None)
        said = Said(text, scope, chosen, topics_of(candidates, text), asked, setting, put_right, begin)
        claims = list(self._statements.claims(said))
        # "one another" counts nothing
        numbers = tuple(
            number
            for number in self._measurements.numbers(tokens, text.raw, narrative=asked is None)
            if number.first >= begin
            and not setting.dropped(number.first, scope)
            and not any(first <= number.first and number.last < last for first, last in stated)
        )
        measured = Measured(tokens, scope, numbers, asked, said.topics, taken, setting.narrative)
        claims += [
            claim
            for claim in self._measurements.claims(measured)
            if not scope.subjects.someone_else(claim.first, claim.last)
        ]
        if asked is None and not any(claim.finding == self._pronouns.finding for claim in claims):
            claims += self._pronouns.claims(scope)
        return Stages(text, asked, begin, candidates, chosen, scope, setting, numbers, tuple(claims))

    def _without_slips(self, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
        """Return the tokens with mistyped cue words put right ("wether"); phrases are corrected elsewhere."""
        return tuple(
            replace(token, text=word) if (word := self._meant_cue(token.text)) is not None else token
            for token in tokens
        )

    def _perhaps_denied(self, tokens: Sequence[Token], taken: frozenset[int]) -> Iterator[Cue]:
        """Yield a doubt where an unknown word may be a denial mistyped ("nevr")."""
        denials = self.cues.grammar["own_denials"]
        for place, token in enumerate(tokens):
            meant = (*self.lexicon.guesses(token.text), *self.lexicon.corrections(token.text))
            put_right = self._meant_cue(token.text) is not None
            if place not in taken and not put_right and not denials.isdisjoint(meant):
                yield Cue("hedges", place, place + 1)

    def _inverted(self, text: Text, asked: Finding | None) -> Iterator[Cue]:
        """Yield a supposition where a sentence of a narrative begins like one ("Were it to grow ...")."""
        for place, token in enumerate(text.tokens):
            opens = place == 0 or text.tokens[place - 1].sentence != token.sentence
            if asked is None and opens and token.text in self.cues.grammar["inverted"]:
                yield Cue("hypothetical", place, place + 1)

    def _meant_cue(self, typed: str) -> str | None:
        return next((word for word in self.lexicon.corrections(typed) if word in self.cues.vocabulary), None)

    def _candidates(self, text: Text, begin: int, stated: Sequence[tuple[int, int]]) -> list[Candidate]:
        """Return the matches from `begin` on, less those inside a bare yes or no or inside "not known" and its kin."""
        tokens = text.tokens
        bare = {
            clause
            for clause, places in text.clauses.items()
            if self.cues.bare(tokens[places.start : places.stop]) is not None
        }

        def counts(candidate: Candidate) -> bool:
            clause = tokens[candidate.first].clause
            if clause in bare and candidate.length != len(text.clauses[clause]):
                return False
            first = tokens[candidate.first]
            rest = (tokens[place].text for place in text.clauses[clause] if place not in candidate.places)
            alone = candidate.length == 1 and first.text in self.cues.grammar["own_denials"]
            if alone and any(word not in self.cues.fillers for word in rest):
                return False
            if candidate.length == 1 and first.text in self._capitals and len(text.clauses[clause]) > 1:
                return text.raw[first.start : first.end].isupper()
            return not any(
                begins <= candidate.first and candidate.last <= ends and ends - begins > candidate.length
                for begins, ends in stated
            )

        found = (*self.lexicon.candidates(tokens, text.soft), *self.spaced.candidates(tokens))
        return [candidate for candidate in found if candidate.first >= begin and counts(candidate)]

    def _behind_correction(self, text: Text) -> int:
        """Return the position of the first token behind the last self-correction, 0 without one."""
        tokens = text.tokens
        begin = 0
        for place in range(len(tokens)):
            for cue in self.cues.corrections:
                if tuple(token.plain for token in tokens[place : place + len(cue)]) == cue:
                    begin = max(begin, place + len(cue))
                    break
        for place in range(1, len(tokens) - 1):
            if tokens[place].text != "no":
                continue
            # "12 - no, 13 last week", "adenoma... no: two biopsies"
            alone = len(text.clauses[tokens[place].clause]) == 1
            gap = text.raw[tokens[place - 1].end : tokens[place].start]
            if alone and ("-" in gap or "–" in gap or "—" in gap or ".." in gap):
                begin = max(begin, place + 1)
        return begin if begin < len(tokens) else 0

    def _times(self, stages: Stages) -> tuple[frozenset[int], frozenset[int]]:
        """Return the clauses that speak of what was and of what is so now.

        A narrative is told in the past tense, so that "was" alone sets nothing of it apart.
        """
        scope = stages.scope
        tense = self.cues.grammar["tense"] if stages.asked is None else frozenset[str]()
        past = (cue for cue in scope.cues if cue.kind == "past" and scope.tokens[cue.first].text not in tense)
        now = (cue for cue in scope.cues if cue.kind == "now")
        return (
            frozenset(scope.tokens[cue.first].clause for cue in past),
            frozenset(scope.tokens[cue.first].clause for cue in now),
        )

    def _readings(self, stages: Stages) -> tuple[Reading, ...]:
        text, asked = stages.text, stages.asked
        past, now = self._times(stages)
        by_finding: dict[str, list[Claim]] = {}
        for claim in stages.claims:
            by_finding.setdefault(claim.finding, []).append(claim)
        order = sorted(
            by_finding, key=lambda name: (asked is None or name != asked.id, by_finding[name][0].first)
        )
        closed = any(token.text in self._closing for token in text.tokens)
        readings = []
        for name in order:
            finding = self.knowledge.findings[name]
            weighing = Weighing(
                finding,
                asked=finding is asked,
                lasting=name in self._statements.lasting,
                strongest=self._strongest.get(name, ()),
                closed=closed and finding is asked,
                past=past,
                now=now,
            )
            reading = settle(weighing, by_finding[name], text, self.cues)
            if reading is not None:
                readings.append(reading)
        if asked is not None and not any(reading.finding == asked.id for reading in readings):
            doubtful = any(cue.kind == "hedges" for cue in self.cues.find(text.tokens))
            readings.insert(0, Reading(asked.id, Outcome.ASK, reason=DOUBT if doubtful else NOTHING))
        return tuple(readings)
