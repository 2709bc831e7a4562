"""The sheet as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.inference import percent
from assistant.report import phrasing
from assistant.report.sheet import Sheet, Standing, sheet_of
from assistant.session import Interview, wording

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|!~&$])")


def render(interview: Interview) -> str:
    """Return the sheet of `interview` as Markdown."""
    return "\n".join(_lines(sheet_of(interview))) + "\n"


def escaped(text: str) -> str:
    """Return `text` so that Markdown shows it letter by letter."""
    return _SIGNS.sub(r"\\\1", text)


def _lines(sheet: Sheet) -> Iterator[str]:
    yield f"# Liver lesion interview {escaped(sheet.session)}"
    yield ""
    yield f"{sheet.moment}. {sheet.statement}"
    yield from _differential(sheet)
    yield from _answers(sheet)
    if sheet.standings:
        yield from _title("For and against")
        yield phrasing.WEIGHT_NOTE
    for standing in sheet.standings:
        yield from _standing(sheet, standing)
    if sheet.silent:
        yield from ("", "Parts the two in no way:", "")
    for silent in sheet.silent:
        yield f"- {escaped(f'{silent.said}: {silent.why}')}"
    yield from _title("Advice")
    for rule in sheet.advice:
        basis = f"grade {rule.grade} {sheet.numbers(rule.sources)}".rstrip()
        kind = wording.ADVICE_KINDS.get(rule.kind, rule.kind)
        yield f"- **{kind}:** {escaped(f'{rule.text} ({basis})')}"
    yield from _title("Next tests")
    for offer in sheet.tests:
        numbers = sheet.numbers(offer.sources)
        yield f"- **{escaped(offer.name)}:** {escaped(f'{phrasing.offer_words(offer)} {numbers}'.rstrip())}"
    if not sheet.tests:
        yield "No listed test would tell more."
    if sheet.notes:
        yield from _title("Notes")
    for note in sheet.notes:
        yield f"- {escaped(note)}"
    if sheet.sources:
        yield from _title("Sources")
    for source in sheet.sources:
        yield f"{source.number}. {escaped(source.citation)}"
    yield from _title("Made with")
    yield escaped(phrasing.version_words(sheet))


def _differential(sheet: Sheet) -> Iterator[str]:
    yield from _title("Differential")
    yield escaped(sheet.sentence)
    yield ""
    yield "| Diagnosis | Now | In words | At the start |"
    yield "|---|---:|---|---:|"
    for share in sheet.listed:
        cells = (share.name, percent(share.probability), share.certainty, percent(share.prior))
        yield f"| {' | '.join(escaped(cell) for cell in cells)} |"
    if rest := phrasing.rest_words(sheet):
        yield ""
        yield f"{rest[0].upper()}{rest[1:]}."
    yield ""
    yield escaped(phrasing.assumption_words(sheet))


def _answers(sheet: Sheet) -> Iterator[str]:
    yield from _title("Answers")
    if sheet.answers:
        yield "| Finding | Answer | Typed |"
        yield "|---|---|---|"
    for said in sheet.answers:
        yield f"| {escaped(said.name)} | {escaped(said.words)} | {escaped(said.typed)} |"
    if not sheet.answers:
        yield "None yet."
    if sheet.unknown or sheet.left_open:
        yield from _title("Unknown or left open")
    for said in sheet.unknown:
        yield f"- {escaped(said.name)}: {escaped(said.words)}"
    for name in sheet.left_open:
        yield f"- {escaped(name)}: left open"


def _standing(sheet: Sheet, standing: Standing) -> Iterator[str]:
    yield ""
    yield f"### {escaped(standing.name)}, beside {escaped(standing.rival)}"
    for title, grounds, more in phrasing.sides(standing):
        yield from ("", f"{title}:", "") if grounds else ("", f"{title}: nothing answered so far.")
        for ground in grounds:
            basis = escaped(phrasing.ground_basis(sheet, ground))
            yield f"- **{ground.decibans:+.1f} dB** {escaped(ground.said)}. {basis}"
        if more:
            yield f"- {more}"


def _title(text: str) -> Iterator[str]:
    yield from ("", f"## {text}", "")
