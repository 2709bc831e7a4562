"""Readers that lack one rule each, made by taking its words out of the knowledge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.knowledge import KnowledgeBase, Lexicon, Phrase
from assistant.understanding import Interpreter

_NO_RULES = frozenset(["schema_version"])

CUES: Mapping[str, tuple[str, ...]] = {
    "denials before": ("negation.before",),
    "denials of the next word": ("negation.next",),
    "denials behind": ("negation.after",),
    "what looks like a denial": ("negation.pseudo",),
    "affirmation behind": ("affirmation",),
    "hedges": ("hedges", "hedge_exceptions"),
    "exceptions to hedges": ("hedge_exceptions",),
    "relatives and others": ("relatives", "others"),
    "the patient again": ("patient",),
    "other organs": ("organs",),
    "words for the liver around": ("liver_words",),
    "words for the lesion": ("lesion_words",),
    "findings of the lesion": ("of_the_lesion",),
    "comparisons": ("comparison",),
    "some of several lesions": ("partial",),
    "past and now": ("past", "now"),
    "planned": ("planned",),
    "stopped": ("stopped",),
    "what lasts": ("lasting",),
    "acts": ("acts",),
    "results due": ("result_due",),
    "headings": ("headings",),
    "suppositions": ("hypothetical",),
    "not known": ("unknown", "unknown_alone"),
    "not done": ("not_done",),
    "not to be judged": ("not_assessable",),
    "not told": ("knowing",),
    "examinations not done": ("modalities",),
    "words behind a test": ("test_words",),
    "words that open a clause": ("boundaries",),
    "self-corrections": ("correction",),
    "yes and no": ("yes", "no"),
    "words without weight": ("fillers",),
    "phrases that mean nothing": ("neutral",),
    "ends of lists": ("closing",),
    "capitals": ("capitals",),
    "the small words of grammar": ("grammar",),
    "the strongest of several": ("strongest",),
    "counts of lesions": ("counts",),
    "letters behind an age": ("age_letters",),
    "numbers in words": ("number_words",),
    "words around a number": ("numbers",),
    "implied by another finding": ("implied_when_asked",),
    "three low counts": ("together",),
}
"""Rule -> the lists of cues.yaml that are it; a list that stands nowhere here is a rule of its own."""

Change = Callable[[KnowledgeBase], KnowledgeBase]


@dataclass(frozen=True, slots=True)
class Ablation:
    """A reader that lacks one rule."""

    rule: str
    """What it lacks."""

    change: Change
    corrects: bool = True
    """Whether mistyped words are still put right: a rule of code, not of knowledge."""

    def reader(self, knowledge: KnowledgeBase) -> Interpreter:
        """Return the reader."""
        interpreter = Interpreter(self.change(knowledge))
        if not self.corrects:
            # on the one lexicon that every part asks, in place of the method of its class
            vars(interpreter.lexicon)["corrections"] = lambda word, letters=0: ()
        return interpreter


def ablations(knowledge: KnowledgeBase) -> Iterator[Ablation]:
    """Yield a reader without each rule in turn: the cues first, then the phrases."""
    for rule, lists in CUES.items():
        yield Ablation(rule, _without(lists))
    named = {path.partition(".")[0] for lists in CUES.values() for path in lists} | _NO_RULES
    for name in knowledge.cues:
        if name not in named:
            yield Ablation(name.replace("_", " "), _without((name,)))
    yield Ablation("restriction of generic phrases", _phrases(lambda phrase: replace(phrase, if_asked=False)))
    yield Ablation("phrases that need no question", _phrases(lambda phrase: replace(phrase, if_asked=True)))
    yield Ablation("phrases with gaps", _lexicons(_without_gaps))
    yield Ablation("phrases that allow several values", _lexicons(_settling))
    yield Ablation("signs", _lexicons(lambda lexicon: replace(lexicon, signs=())))
    yield Ablation("names of tests", _lexicons(lambda lexicon: replace(lexicon, measures=())))
    yield Ablation("laboratory numbers", _lexicons(lambda lexicon: replace(lexicon, labs=())))
    yield Ablation("all phrases but the values' names", _lexicons(lambda lexicon: Lexicon(labs=lexicon.labs)))
    yield Ablation("mistyped words", lambda whole: whole, corrects=False)
    yield Ablation("ordinary words", lambda whole: replace(whole, ordinary_words=frozenset()))


def _without(lists: tuple[str, ...]) -> Change:
    def change(knowledge: KnowledgeBase) -> KnowledgeBase:
        cues = dict(knowledge.cues)
        for path in lists:
            name, _, part = path.partition(".")
            if name in cues:
                cues[name] = {**cues[name], part: []} if part else _emptied(cues[name])
        return replace(knowledge, cues=cues)

    return change


def _emptied(words: Any) -> Any:
    return {} if isinstance(words, Mapping) else []


def _lexicons(change: Callable[[Lexicon], Lexicon]) -> Change:
    def changed(knowledge: KnowledgeBase) -> KnowledgeBase:
        findings = {
            name: replace(finding, lexicon=change(finding.lexicon))
            for name, finding in knowledge.findings.items()
        }
        return replace(knowledge, findings=findings)

    return changed


def _phrases(change: Callable[[Phrase], Phrase]) -> Change:
    return _lexicons(lambda lexicon: replace(lexicon, phrases=tuple(map(change, lexicon.phrases))))


def _without_gaps(lexicon: Lexicon) -> Lexicon:
    """Drop the phrases that leave room for other words ("liver .. enlarged", "<lesion> bright")."""

    def solid(text: str) -> bool:
        return ".." not in text and "<" not in text

    return replace(
        lexicon,
        phrases=tuple(phrase for phrase in lexicon.phrases if solid(phrase.text)),
        signs=tuple(filter(solid, lexicon.signs)),
        measures=tuple(filter(solid, lexicon.measures)),
    )


def _settling(lexicon: Lexicon) -> Lexicon:
    return replace(lexicon, phrases=tuple(phrase for phrase in lexicon.phrases if len(phrase.values) < 2))
