"""Questions after a reply that was not clear: its readings with their words, and no question twice in one wording."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import chain, count

from assistant.knowledge import Answer, Finding, Kind, State
from assistant.session.wording import answer_words
from assistant.understanding import DOUBT, WHICH, reply_words

_LONGEST_QUOTE = 40
"""Signs of a reply that are quoted; the reply itself stands above."""

_CLOSE = 15
"""Signs between two words that rest on one reading, up to which they are quoted in one piece."""

Spans = Iterable[tuple[int, int]]


def quoted(text: str, spans: Spans, longest: int = _LONGEST_QUOTE) -> str:
    """Return words of a reply as they can be shown: in one line, without control signs, short, in quotes.

    Nothing of what was typed is markup or ends the quotation. Empty where nothing is left to be shown.
    """
    pieces: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if pieces and start - pieces[-1][1] <= _CLOSE:
            pieces[-1] = pieces[-1][0], max(end, pieces[-1][1])
        else:
            pieces.append((start, end))
    words = " … ".join(text[start:end] for start, end in pieces)
    plain = "".join(sign if sign.isprintable() else " " for sign in words).replace('"', "'")
    flat = " ".join(plain.split())
    if not flat:
        return ""
    return f'"{flat if len(flat) <= longest else flat[: longest - 1].rstrip() + "…"}"'


def hedged(options: Sequence[Answer]) -> bool:
    """Say whether the options are the two of a hedge: as said, and probably."""
    return (
        len(options) == 2
        and options[0].state is State.KNOWN
        and options[1] == replace(options[0], state=State.PROBABLE)
    )


def narrows(stored: Answer | None, options: Sequence[Answer]) -> bool:
    """Say whether the options are the single values of the set that is stored."""
    return (
        stored is not None
        and not stored.listed
        and len(stored.values) > 1
        and set(options) == {replace(stored, values=frozenset({value})) for value in stored.values}
    )


# -- options


def option_lines(
    finding: Finding, options: Sequence[Answer], words: Sequence[str] = (), kept: Answer | None = None
) -> tuple[str, ...]:
    """Return numbered readings to choose from, each with the words it rests on, the last leaving the question open.

    Args:
        finding: what is asked.
        options: the readings; those of a quantity are not numbered, since a number is an answer there.
        words: of each reading, in quotes; empty where none are told.
        kept: the set that stays when none of its values is chosen.
    """
    if finding.kind is Kind.QUANTITY:
        return ()
    labels = _labels(finding, options)
    apart = len(set(words)) == len(words) == len(labels)
    lines = [
        f"{number} {_with_words(label, words[number - 1] if apart else '')}"
        for number, label in enumerate(labels, start=1)
    ]
    return (*lines, f"{len(lines) + 1} {_neither(finding, options, kept)}")


def _labels(finding: Finding, options: Sequence[Answer]) -> list[str]:
    labels = [answer_words(finding, option) for option in options]
    return [f"as said: {labels[0]}", *labels[1:]] if hedged(options) else labels


def _neither(finding: Finding, options: Sequence[Answer], kept: Answer | None) -> str:
    if kept is not None:
        return f"leave it open (it stays {answer_words(finding, kept)})"
    if hedged(options):
        return "leave it open"
    start = {1: "no", 2: "neither"}.get(len(options), "none of these")
    return f"{start}, leave it open"


_OPEN_WORDS = (
    "leave it open", "leave open", "open", "leave it", "neither", "neither of them", "neither of these",
    "neither one", "none of these", "none of those", "none of them", "neither leave it open",
    "none of these leave it open", "no leave it open",
)  # fmt: skip
_AS_SAID = ("as said", "as i said", "as typed")
_PROBABLY = ("probably", "probable", "likely")


def choice(finding: Finding, options: Sequence[Answer], text: str) -> int | None:
    """Return which option a reply picks by its number or its words: its position, -1 for none, None otherwise.

    A number never picks a reading of a quantity, since it is an answer there.
    """
    words = reply_words(text)
    number = _number(finding, words)
    last = len(options) + 1
    if len(words) == 1 and 1 <= number <= last:
        return number - 1 if number < last else -1
    if 1 <= number <= last:
        # an option typed as it is shown, with its number
        named = _named(finding, options, " ".join(words[1:]))
        return named if named == (number - 1 if number < last else -1) else None
    return _named(finding, options, " ".join(words))


def beyond(finding: Finding, options: Sequence[Answer], text: str) -> bool:
    """Say whether a reply is the number of a value that is none of the options."""
    words = reply_words(text)
    return len(words) == 1 and len(options) + 1 < _number(finding, words) <= len(finding.values)


def _number(finding: Finding, words: Sequence[str]) -> int:
    """Return the number that words begin with, 0 where there is none or where it would be an answer."""
    counts = bool(words) and words[0].isdecimal() and len(words[0]) < 4 and finding.kind is not Kind.QUANTITY
    return int(words[0]) if counts else 0


def _named(finding: Finding, options: Sequence[Answer], words: str) -> int | None:
    """Return the option that is called so, -1 for none of them."""
    if words in _OPEN_WORDS:
        return -1
    if words in _AS_SAID:
        return 0
    if words in _PROBABLY:
        states = [option.state for option in options]
        return states.index(State.PROBABLE) if State.PROBABLE in states else None
    for place, (option, label) in enumerate(zip(options, _labels(finding, options), strict=True)):
        if words in (_flat(label), _flat(answer_words(finding, option))):
            return place
    return None


def _flat(words: str) -> str:
    return " ".join(reply_words(words))


# -- wordings, the one to use first standing first


def unused(variants: Sequence[str], used: Collection[str]) -> str:
    """Return the first of the wordings that was not used yet, else the first one, told to be a repetition."""
    again = (f"{start}: {variants[0]}" for start in _AGAIN)
    # each time before had a wording of its own, so that the numbers below are taken
    first = max(2, len(used) - len(variants) - len(_AGAIN) + 2)
    numbered = (f"{_AGAIN[-1]} ({number}): {variants[0]}" for number in count(first))
    return next(words for words in chain(variants, again, numbered) if words not in used)


_AGAIN = ("Once more", "Back to this", "Still open")


def choosing(finding: Finding, options: Sequence[Answer], words: Sequence[str], reason: str) -> list[str]:
    """Return how to ask which of several readings is meant.

    Args:
        finding: what is asked.
        options: the readings.
        words: of each reading, in quotes; those of a hedge end with the hedging words.
        reason: why none of the readings was taken.
    """
    if finding.kind is Kind.QUANTITY:
        return _choosing_number(finding, options, words, reason)
    name, told = finding.name, list(dict.fromkeys(word for word in words if word))
    if hedged(options):
        return _doubting(name, told, reason)
    if reason == WHICH:
        fits = f"{told[0]} fits each of these" if told else "each of these fits"
        says = f"{told[0]} does not say which" if told else "that does not say which"
        return [f"{name}: {says}. Which of these is it?", f"{name}: {fits}, so which one is meant?"]
    if len(told) > 1:
        both = "both" if len(told) == 2 else "all of them"
        return [
            f"{name}: which is meant?",
            f"{name}: {_listed(told)} do not go together. Which one holds?",
            f"{name}: {_listed(told)} were said, {both} in one reply. Which one counts?",
        ]
    what = f"{told[0]} may mean more than one thing" if told else "that may mean more than one thing"
    why = f" ({reason})" if reason else ""
    return [f"{name}: {what}{why}. Which is meant?", f"{name}: which of these is meant by {_it(told)}{why}?"]


def _doubting(name: str, told: Sequence[str], reason: str) -> list[str]:
    said, hedge = (told[0], told[-1]) if len(told) > 1 else (_it(told), "")
    if reason != DOUBT:
        return [f"{name}: {said} is {reason}. Does it hold?", f"{name}: {reason}, so how is {said} meant?"]
    if not hedge:
        return [
            f"{name}: {said} was not said with certainty. How is it meant?",
            f"{name}: how sure is {said}?",
        ]
    return [
        f"{name}: {hedge} leaves open how sure it is. Which is meant?",
        f"{name}: how sure is it, with {hedge} beside it?",
    ]


def _choosing_number(
    finding: Finding, options: Sequence[Answer], words: Sequence[str], reason: str
) -> list[str]:
    type_it = f'Type the number of {finding.unit}, or "leave it open".'
    if hedged(options):
        told = [word for word in words if word]
        hedge = f"{told[-1]} leaves open how sure it is" if told and reason == DOUBT else reason
        number = answer_words(finding, options[0])
        ways = f'Type "as said", "probably", the number of {finding.unit}, or "leave it open".'
        return [
            f"{finding.name}: {number}, but {hedge}. {ways}",
            f"{finding.name}: how sure is {number}? {ways}",
        ]
    named = " or ".join(
        _with_words(answer_words(finding, option), word)
        for option, word in zip(options, words or [""] * len(options), strict=True)
    )
    why = f" ({reason})" if reason else ""
    return [
        f"{finding.name}: {named}{why}? {type_it}",
        f"{finding.name}: which number holds, {named}? {type_it}",
    ]


def _with_words(label: str, word: str) -> str:
    return label if not word or _flat(word) == _flat(label) else f"{label} ({word})"


def _it(told: Sequence[str]) -> str:
    return told[0] if told else "the reply"


def _listed(told: Sequence[str]) -> str:
    return f"{', '.join(told[:-1])} and {told[-1]}"


def not_understood(finding: Finding, question: str, *, doubtful: bool) -> list[str]:
    """Return how to ask again after a reply in which nothing answers the question."""
    way = (
        f"a number of {finding.unit} will do"
        if finding.kind is Kind.QUANTITY
        else "the number or the name of an option will do"
    )
    if doubtful:
        return [
            f'Not certain; "unknown" is an answer too: {question}',
            f'Still not certain; {way}, and so will "unknown": {finding.question}',
        ]
    return [
        f"That was not understood as an answer: {question}",
        f"That was not understood either; {way}: {finding.question}",
    ]


def confirming(finding: Finding, proposed: Answer, stored: Answer | None, words: str) -> list[str]:
    """Return how to ask whether a reading is right.

    Args:
        finding: what it is about.
        proposed: the reading.
        stored: the answer it would replace.
        words: what it was read from, in quotes.
    """
    name, now = finding.name, _with_words(answer_words(finding, proposed), words)
    if stored is None:
        return [f"{name}: {now}. Is that right?", f"{name}: should {now} be stored?"]
    was = answer_words(finding, stored)
    return [
        f"{name}: {was} so far. Change it to {now}?",
        f"{name}: should {now} take the place of {was}?",
    ]


def narrowing(finding: Finding, kept: Answer, words: str) -> list[str]:
    """Return how to ask which value of a set holds.

    Args:
        finding: what is asked.
        kept: what is known so far.
        words: what it was read from, in quotes.
    """
    source = f" (from {words})" if words else ""
    which = "the two" if len(kept.values) == 2 else "these"
    known = answer_words(finding, kept)
    return [
        f"{finding.name}: {known} so far{source}. Which of {which} is it?",
        f"{finding.name}: so far {known}{source}. Can it be told which of {which}?",
    ]
