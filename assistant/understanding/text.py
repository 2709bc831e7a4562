"""Raw text to clean tokens: sanitising, folding of spellings, clauses and sentences, offsets kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

MAX_CHARACTERS = 100_000
"""Longer text is read up to here; the reader says so."""

SOFT_BOUNDARIES = frozenset(["only", "while"])
"""Words that open a clause which is doubted together with the one before."""

_LONGEST_CLAUSE = 80
_LONGEST_SENTENCE = 400
"""Tokens after which a clause or sentence without any stop ends, so that reading takes time linear in length."""

_ANSI = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[@-Z\\-_])"
)
_MARKUP = re.compile(
    r"\[/?(?:link|b|i|u|red|bold|dim|@click)(?:=[^\]\n]{0,200})?\]|</?[a-zA-Z]{1,10}(?:\s[^>\n]{0,200})?/?>"
)

_TOKEN = re.compile(
    r"""
    (?P<number>\d+⁄\d+|[13]/[234](?=\s*(?:[cm]m|year|yr|month|a\b))|\d+(?:[.,]\d+)*)
  | (?P<by>(?<=\d)\s?[x×]\s?(?=\d)|(?<=[cm]m)\s?[x×]\s?(?=\d))
  | (?P<short>\bw/o\b|\bs/p\b|\bn/a\b|\bf/u\b|\bh/o\b|\by/o\b|\bm/o\b|\bw/(?=\s|\w)|\bt2\s?\*|\bc/w\b
      |\b[ri]/o\b|-ve\b|\+ve\b)
  | (?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*\d*)
  | (?P<symbol>->|→|>=|<=|[?+*%~<>=≥≤≈×±^↑↓])
  | (?P<stop>\n|[.,;:!()\[\]–—]|\s-{1,2}(?=\s)|-{2,})
    """,
    re.VERBOSE | re.IGNORECASE,
)

_WIDEST_INDENT = 80
"""Blanks around a line break that are looked past."""

_LENGTH_AHEAD = re.compile(r"\s{0,80}\d{1,9}(?:[.,]\d{1,9})?\s{0,3}[cm]m\b")

_SHORT = {
    "w/o": "without", "w/": "with", "s/p": "post", "n/a": "na", "f/u": "followup", "h/o": "history",
    "y/o": "yo", "m/o": "mo", "c/w": "consistent", "r/o": "exclude", "i/o": "of",
    "-ve": "negative", "+ve": "positive", "t2*": "t2star", "t2 *": "t2star",
}  # fmt: skip

_SYMBOLS = {"→": "->", "×": "x", "↑": "up", "↓": "down"}

_CONTRACTED = re.compile(r"(?P<stem>[a-z]+)n'?t\Z")
_BARE_CONTRACTIONS = frozenset(
    [
        "dont",
        "doesnt",
        "didnt",
        "isnt",
        "wasnt",
        "arent",
        "werent",
        "hasnt",
        "havent",
        "hadnt",
        "cant",
        "cannot",
        "wont",
        "wouldnt",
        "couldnt",
        "shouldnt",
        "aint",
    ]
)

_FOLDS = (
    (re.compile(r"(?<=h)ae|(?<=[a-z])ae(?=mi|ma)|(?<=\Ap)ae(?=d)|(?<=op)ae(?=d)|(?<=[cf])ae|\Aae(?=t)"), "e"),
    (re.compile(r"\Aoe(?=[dst])|(?<=rrh)oe(?=a)"), "e"),
    (re.compile(r"(?<=[mlbv])our(?=s?\Z|al|ed|ing|s\b|less)"), "or"),
    (re.compile(r"(?<=[a-z]{3})is(?=(e|ed|es|ing|ation)\Z)"), "iz"),
    (re.compile(r"(?<=[bt])re\Z"), "er"),
    (re.compile(r"centre"), "center"),
    (re.compile(r"metre"), "meter"),
    (re.compile(r"leuco"), "leuko"),
    (re.compile(r"\Agrey"), "gray"),
)

_FRACTIONS_OF_TIME = frozenset(
    [
        "dr",
        "prof",
        "mr",
        "mrs",
        "ms",
        "vs",
        "approx",
        "ca",
        "eg",
        "ie",
        "seg",
        "fig",
        "no",
        "st",
        "etc",
        "incl",
        "esp",
        "resp",
        "prim",
        "diff",
        "max",
        "min",
        "dx",
        "pt",
        "abt",
        "prev",
        "necr",
        "def",
        "tx",
        "rx",
    ]
)
"""Abbreviations after which a full stop does not end a sentence."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign, with where it stood in the raw text."""

    text: str
    """Folded: lower case, American spelling, singular."""

    start: int
    end: int
    """Code points of the raw text, end excluded."""

    clause: int = 0
    """Counted over the whole text."""

    sentence: int = 0
    kind: str = "word"
    """word, number or symbol."""

    plain: str = ""
    """Lower case, not folded."""

    @property
    def number(self) -> bool:
        """Say whether the token is written in digits."""
        return self.kind == "number"


@dataclass(frozen=True, slots=True)
class Text:
    """A reply in tokens."""

    raw: str
    tokens: tuple[Token, ...]
    headings: tuple[tuple[int, str], ...] = ()
    """(first sentence under it, heading in lower case)."""

    soft: frozenset[int] = frozenset()
    """Clauses opened by a bracket, a colon or a soft word: doubt reaches them from the clause before, and back."""

    cut: bool = False
    """Whether the raw text was longer than what is read."""

    clauses: Mapping[int, range] = field(init=False, default_factory=dict)
    """Clause -> positions of its tokens."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "clauses", clause_ranges(self.tokens))

    def clause(self, number: int) -> tuple[Token, ...]:
        """Return the tokens of one clause."""
        places = self.clauses.get(number, range(0))
        return self.tokens[places.start : places.stop]


def clause_ranges(tokens: Sequence[Token]) -> dict[int, range]:
    """Return clause -> positions of its tokens; the tokens of a clause stand together."""
    found: dict[int, range] = {}
    for place, token in enumerate(tokens):
        begin = found[token.clause].start if token.clause in found else place
        found[token.clause] = range(begin, place + 1)
    return found


def clean(raw: str) -> tuple[str, list[int]]:
    """Return the text without what could harm or hide, and for each character its place in `raw`.

    Drops ANSI sequences, markup tags, control, bidi and zero-width characters; folds to NFKC.
    """
    raw = raw[:MAX_CHARACTERS]
    if raw.isascii() and raw.isprintable() and not ("[" in raw or "<" in raw):
        return raw, list(range(len(raw)))
    hidden = bytearray(len(raw))
    for pattern in (_ANSI, _MARKUP):
        for match in pattern.finditer(raw):
            hidden[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
    out: list[str] = []
    places: list[int] = []
    for place, character in enumerate(raw):
        if hidden[place]:
            continue
        if character in "\n\t\r":
            out.append("\n" if character == "\n" else " ")
            places.append(place)
            continue
        for folded in unicodedata.normalize("NFKC", character):
            category = unicodedata.category(folded)
            if category in ("Cc", "Cf", "Cs", "Co", "Cn"):
                continue
            if category == "Mn" and unicodedata.combining(folded):
                continue
            out.append("-" if category == "Pd" and folded not in "–—" else folded)
            places.append(place)
    return "".join(out), places


def strip_accents(word: str) -> str:
    """Return `word` without combining marks ("stablé" is read as "stable")."""
    if word.isascii():
        return word
    return "".join(part for part in unicodedata.normalize("NFD", word) if not unicodedata.combining(part))


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Return one spelling for the family of `word`: lower case, American, singular."""
    word = strip_accents(word.lower()).replace("’", "'").replace("'", "")
    if len(word) >= 4:
        for pattern, better in _FOLDS:
            word = pattern.sub(better, word)
    if len(word) >= 5 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) >= 6 and word.endswith(("sses", "ches", "xes")):
        return word[:-2]
    if len(word) >= 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word


def tokenise(
    raw: str, boundaries: Iterable[str] = (), *, headings: Iterable[str] = (), kept: Iterable[str] = ()
) -> Text:
    """Split `raw` into tokens, clauses and sentences.

    Args:
        raw: the reply as typed.
        boundaries: folded words that open a new clause ("but", "however").
        headings: lower-case section headings of reports, recognised before a colon.
        kept: those of them that name what is told behind them ("Ultrasound: echogenic").
    """
    text, places = clean(raw)
    breaking = frozenset(boundaries)
    known_headings, named = frozenset(headings), frozenset(kept)
    tokens: list[Token] = []
    found: list[tuple[int, str]] = []
    soft: set[int] = set()
    clause = sentence = 0
    sentence_start = clause_start = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "word"
        piece = match.group()
        if kind == "stop":
            at_end = _ends_sentence(text, match, tokens)
            if piece == ":" and (heading := _heading(tokens, sentence, known_headings)):
                found.append((sentence, heading))
                if heading not in named:
                    tokens = [token for token in tokens if token.sentence != sentence]
                    continue
            if at_end is None:
                continue
            clause += 1
            clause_start = len(tokens)
            if piece in "(:)":
                soft.add(clause)
            if at_end:
                sentence += 1
                sentence_start = len(tokens)
            continue
        start, end = places[match.start()], places[match.end() - 1] + 1
        for folded, plain in _pieces(piece, kind):
            if len(tokens) - sentence_start >= _LONGEST_SENTENCE:
                clause, sentence, sentence_start = clause + 1, sentence + 1, len(tokens)
                clause_start = len(tokens)
            if (folded in breaking and len(tokens) > sentence_start) or len(
                tokens
            ) - clause_start >= _LONGEST_CLAUSE:
                clause += 1
                clause_start = len(tokens)
                if folded in SOFT_BOUNDARIES:
                    soft.add(clause)
            shape = "number" if folded[:1].isdecimal() else "symbol" if kind in ("symbol", "by") else "word"
            tokens.append(Token(folded, start, end, clause, sentence, shape, plain))
    closed = tuple(_closing_words(tokens, breaking))
    return Text(raw, closed, tuple(found), frozenset(soft), len(raw) > MAX_CHARACTERS)


def _closing_words(tokens: list[Token], breaking: frozenset[str]) -> list[Token]:
    """Give a boundary word that ends its clause back to the clause before ("RT only", "CT only, no MRI")."""
    out: list[Token] = []
    for place, token in enumerate(tokens):
        alone = (
            token.text in breaking
            and out
            and out[-1].sentence == token.sentence
            and out[-1].clause == token.clause - 1
            and (place + 1 == len(tokens) or tokens[place + 1].clause != token.clause)
            and out[-1].end + 2 >= token.start
        )
        out.append(replace(token, clause=out[-1].clause) if alone else token)
    return out


def _ends_sentence(text: str, match: re.Match[str], tokens: list[Token]) -> bool | None:
    """Return True where the sign ends a sentence, False where it ends a clause, None where it ends nothing."""
    piece = match.group()
    if piece in ";!":
        return True
    if piece == ".":
        after = text[match.end() : match.end() + 1]
        if after and not after.isspace() and after not in "\"')":
            return None if after.isalnum() else False
        last = tokens[-1].plain if tokens else ""
        if last in _FRACTIONS_OF_TIME or (len(last) == 1 and last.isalpha() and last not in "mfyn"):
            return None
        return True
    if piece == "\n":
        following = text[match.end() : match.end() + _WIDEST_INDENT].lstrip(" ")[:1]
        # a hard-wrapped line of a pasted report goes on in lower case
        wraps = following.islower() or _LENGTH_AHEAD.match(text, match.end())
        before = text[max(0, match.start() - _WIDEST_INDENT) : match.start()].rstrip(" ")[-1:]
        return not (wraps and tokens and before.isalnum()) or None
    if piece in "()[]":
        return False
    return False


def _heading(tokens: list[Token], sentence: int, known: frozenset[str]) -> str | None:
    words = [token.plain for token in tokens if token.sentence == sentence]
    name = " ".join(words)
    return name if words and len(words) <= 4 and name in known else None


def _pieces(piece: str, kind: str) -> list[tuple[str, str]]:
    plain = piece.lower().replace("’", "'")
    if kind == "short":
        word = _SHORT.get(plain, plain)
        return [(word, word)]
    if kind == "by":
        return [("x", "x")]
    if kind == "symbol":
        return [(_SYMBOLS.get(plain, plain), plain)]
    if kind == "number":
        return [(plain, plain)]
    bare = plain.replace("'", "")
    if bare in _BARE_CONTRACTIONS or (plain.endswith("n't") and _CONTRACTED.match(plain)):
        stem = "can" if bare in ("cant", "cannot") else "will" if bare == "wont" else bare[:-2]
        return [(fold(stem), stem), ("not", "not")]
    if plain.endswith("'s") or plain.endswith("'re"):
        plain = plain.rsplit("'", 1)[0]
    return [(fold(plain), plain)]


def words(phrase: str) -> tuple[str, ...]:
    """Return the folded tokens of a phrase from the lexicon or a cue."""
    return tuple(token.text for token in tokenise(phrase).tokens)
