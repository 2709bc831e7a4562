"""The sheet as plain text."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from assistant.inference import percent
from assistant.report import phrasing
from assistant.report.sheet import Sheet, Standing, sheet_of
from assistant.session import Interview, wording

WIDTH = 74
"""Columns; what stands on a printed page, and on a screen of 80 beside mark and scroll bar."""

BAR = 15
"""Columns of a full bar."""


def render(interview: Interview) -> str:
    """Return the sheet of `interview` as plain text."""
    return "\n".join(_lines(sheet_of(interview))) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    yield f"LIVER LESION INTERVIEW {sheet.session}"
    yield sheet.moment
    yield sheet.statement
    yield from _differential(sheet)
    yield from _answers(sheet)
    if sheet.standings:
        yield from _title("For and against")
        yield phrasing.WEIGHT_NOTE
    for standing in sheet.standings:
        yield from _standing(sheet, standing)
    if sheet.silent:
        yield "Parts the two in no way:"
    for silent in sheet.silent:
        yield from _folded(f"{silent.said}: {silent.why}", "  ")
    yield from _title("Advice")
    for rule in sheet.advice:
        basis = f"grade {rule.grade} {sheet.numbers(rule.sources)}".rstrip()
        yield from _folded(
            f"{wording.ADVICE_KINDS.get(rule.kind, rule.kind).upper()}: {rule.text} ({basis})", "  "
        )
    yield from _title("Next tests")
    for offer in sheet.tests:
        numbers = sheet.numbers(offer.sources)
        yield from _folded(f"{offer.name}: {phrasing.offer_words(offer)} {numbers}".rstrip(), "  ")
    if not sheet.tests:
        yield "  No listed test would tell more."
    if sheet.notes:
        yield from _title("Notes")
    for note in sheet.notes:
        yield from _folded(note, "  ")
    if sheet.sources:
        yield from _title("Sources")
    for source in sheet.sources:
        yield from _folded(f"[{source.number}] {source.citation}", "  ")
    yield from _title("Made with")
    yield from _folded(phrasing.version_words(sheet), "  ")


def _differential(sheet: Sheet) -> Iterator[str]:
    yield from _title("Differential")
    yield from _folded(sheet.sentence, "  ")
    for share in sheet.listed:
        bar = "#" * round(share.probability * BAR)
        shares = f"{percent(share.probability):>5} {f'({percent(share.prior)})':>8}"
        yield f"  {bar:<{BAR}} {shares}  {share.certainty:<14}  {share.short}"
    if rest := phrasing.rest_words(sheet):
        yield f"  {'':<{BAR}} {rest}"
    yield "  In brackets: the share before any answer."
    yield from _folded(phrasing.assumption_words(sheet), "  ")


def _answers(sheet: Sheet) -> Iterator[str]:
    yield from _title("Answers")
    for said in sheet.answers:
        typed = f'   from "{said.typed}"' if said.typed else ""
        yield from _folded(f"{said.name}: {said.words}{typed}", "  ")
    if not sheet.answers:
        yield "  None yet."
    if sheet.unknown or sheet.left_open:
        yield from _title("Unknown or left open")
    for said in sheet.unknown:
        yield f"  {said.name}: {said.words}"
    if sheet.left_open:
        yield from _folded(f"Left open: {', '.join(sheet.left_open)}", "  ")


def _standing(sheet: Sheet, standing: Standing) -> Iterator[str]:
    yield ""
    yield f"{standing.name}, beside {standing.rival}"
    for title, grounds, more in phrasing.sides(standing):
        yield f"  {title}:" if grounds else f"  {title}: nothing answered so far."
        for ground in grounds:
            basis = phrasing.ground_basis(sheet, ground)
            yield from _folded(f"{ground.said}; {basis}", f"  {ground.decibans:+7.1f} dB  ", later=" " * 14)
        if more:
            yield f"    {more}"


def _title(text: str) -> Iterator[str]:
    yield ""
    yield text.upper()


def _folded(text: str, first: str, later: str = "    ") -> list[str]:
    """Return `text` in lines of at most WIDTH columns, the first and the later ones begun as given."""
    return wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
