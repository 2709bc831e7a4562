"""The sheet as one HTML file that needs nothing else: a page of A4 to print, readable on a screen too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from pathlib import Path

from assistant.inference import percent
from assistant.report import phrasing
from assistant.report.chart import differential_chart
from assistant.report.page import column_heights, type_size
from assistant.report.sheet import Cited, Ground, Rule, Said, Sheet, sheet_of, weighty
from assistant.session import Interview, wording
from assistant.session.wording import GRADES

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Nothing is loaded and nothing runs, whatever was typed."""

_ADDRESS = re.compile(r"(doi:|PMID |https?:)\S+$")
"""At the end of a citation."""

_STYLE = Path(__file__).with_name("sheet.css")


def render(interview: Interview) -> str:
    """Return the sheet of `interview` as one HTML file."""
    return "\n".join(_lines(sheet_of(interview))) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Liver lesion interview {escape(sheet.session)}</title>"
    yield f"<style>\n{_style(sheet)}</style>"
    yield "</head>"
    yield "<body>"
    yield "<header>"
    yield f"<h1>Liver lesion interview <span>{_typed(sheet.session)}</span></h1>"
    yield f"<p>{escape(sheet.moment)}. {escape(sheet.statement)}</p>"
    yield "</header>"
    yield "<main>"
    yield f'<p class="result">{escape(sheet.sentence)}</p>'
    yield from _alerts(sheet)
    yield from _overview(sheet)
    yield from _grounds(sheet)
    yield from _advice(sheet)
    yield from _tests(sheet)
    yield from _sources(sheet)
    yield "</main>"
    yield f"<footer><p>Made with {escape(phrasing.version_words(sheet))}.</p></footer>"
    yield "</body>"
    yield "</html>"


def _overview(sheet: Sheet) -> Iterator[str]:
    """Yield the differential beside the answers; what is unknown goes below the shorter of them."""
    left, right = column_heights(sheet)
    yield '<div class="columns">'
    yield from _differential(sheet)
    if left < right:
        yield from _unanswered(sheet)
    yield from _answers(sheet)
    if left >= right:
        yield from _unanswered(sheet)
    yield from _notes(sheet)
    yield "</div>"


def _style(sheet: Sheet) -> str:
    """Return the style, with the session for the margin of each printed page and the size of its type."""
    # within a style sheet no sign is safe that could end a string, a rule or the element
    session = re.sub(r"[^A-Za-z0-9._-]", " ", sheet.session)
    style = _STYLE.read_text(encoding="utf-8")
    return style.replace("SESSION", session).replace("TYPE_SIZE", f"{type_size(sheet)}pt")


def _typed(text: str) -> str:
    """Return typed text, which must not turn the direction of the words around it."""
    return f"<bdi>{escape(text)}</bdi>"


def _section(name: str, title: str, content: Iterable[str]) -> Iterator[str]:
    yield f'<section class="{name}" aria-labelledby="{name}">'
    yield f'<h2 id="{name}">{title}</h2>'
    yield from content
    yield "</section>"


def _items(items: Iterable[str], kind: str = "ul") -> Iterator[str]:
    yield f"<{kind}>"
    yield from (f"<li>{item}</li>" for item in items)
    yield f"</{kind}>"


def _head(*titles: str) -> str:
    cells = "".join(f'<th scope="col">{title}</th>' for title in titles)
    return f"<thead><tr>{cells}</tr></thead>"


def _alerts(sheet: Sheet) -> Iterator[str]:
    found = [rule for rule in sheet.advice if rule.kind == "alert"]
    if found:
        yield from _section("alerts", "Alerts", _items(_rule(sheet, rule) for rule in found))


def _rule(sheet: Sheet, rule: Rule) -> str:
    kind = wording.ADVICE_KINDS.get(rule.kind, rule.kind)
    basis = f"grade {rule.grade} {sheet.numbers(rule.sources)}".rstrip()
    return f"<b>{escape(kind)}:</b> {escape(rule.text)} <small>({basis})</small>"


def _differential(sheet: Sheet) -> Iterator[str]:
    rest = phrasing.rest_words(sheet)
    content = [
        differential_chart(sheet),
        '<p class="fine">Bar and percent: now. Tick and last figure: before any answer. '
        f"{escape(rest[:1].upper() + rest[1:] + '.') if rest else ''}</p>",
        f'<p class="fine">{escape(phrasing.assumption_words(sheet))}</p>',
    ]
    yield from _section("differential", "Differential", content)


def _answers(sheet: Sheet) -> Iterator[str]:
    yield from _section("answers", "Answers", _answer_rows(sheet.answers))


def _answer_rows(answers: tuple[Said, ...]) -> Iterator[str]:
    if not answers:
        yield "<p>None yet.</p>"
        return
    yield "<table>" + _head("Finding", "Answer", "Words typed") + "<tbody>"
    for said in answers:
        typed = f"“{_typed(said.typed)}”" if said.typed else ""
        yield (
            f'<tr><th scope="row">{escape(said.name)}</th><td>{escape(said.words)}</td>'
            f'<td class="typed">{typed}</td></tr>'
        )
    yield "</tbody></table>"


def _unanswered(sheet: Sheet) -> Iterator[str]:
    """Yield what is unknown, one line for each way of not knowing."""
    groups = [
        (words, [said.name for said in group])
        for words, group in groupby(sorted(sheet.unknown, key=lambda said: said.words), lambda one: one.words)
    ]
    if sheet.left_open:
        groups.append(("left open", list(sheet.left_open)))
    if groups:
        lines = (
            f"<p><b>{escape(words[0].upper() + words[1:])}:</b> {escape(', '.join(names))}.</p>"
            for words, names in groups
        )
        yield from _section("unknown", "Unknown or left open", lines)


def _notes(sheet: Sheet) -> Iterator[str]:
    if sheet.notes:
        yield from _section("notes", "Notes", _items(_typed(note) for note in sheet.notes))


def _grounds(sheet: Sheet) -> Iterator[str]:
    if sheet.standings:
        yield from _section("grounds", "For and against", _ground_table(sheet))


def _ground_table(sheet: Sheet) -> Iterator[str]:
    """Yield one table for both: what speaks for the leader speaks against the runner-up by as much."""
    leader, second = sheet.standings[0], sheet.standings[1]
    typed = {said.finding: said.typed for said in sheet.answers}
    yield "<table>"
    yield _head(
        "Weight", "Answer, and how often it is found", *(f"in {escape(one.name)}" for one in (leader, second))
    )
    for first, other, grounds, mirrored in (
        (leader.name, second.name, leader.favour, second.against),
        (second.name, leader.name, leader.against, second.favour),
    ):
        listed = weighty(grounds)
        more = len(grounds) - len(listed)
        title = f"For {escape(first)}, against {escape(other)}"
        title += f" <small>(and {more} of less weight)</small>" if more else ""
        yield f'<tbody><tr><th scope="rowgroup" colspan="4">{title}</th></tr>'
        opposite = {ground.finding: ground for ground in mirrored}
        for ground in listed:
            quoted = typed[ground.finding]
            words = f' <span class="typed">“{_typed(quoted)}”</span>' if quoted else ""
            yield (
                f'<tr><td class="weight">{abs(ground.decibans):.1f} dB</td>'
                f'<th scope="row">{escape(ground.said)}{words}</th>'
                f"<td>{_basis(sheet, ground)}</td><td>{_basis(sheet, opposite[ground.finding])}</td></tr>"
            )
        if not grounds:
            yield '<tr><td colspan="4">Nothing answered so far.</td></tr>'
        yield "</tbody>"
    yield "</table>"
    silent = [
        f"{', '.join(one.said for one in group)} ({why.rstrip('.')})"
        for why, group in groupby(sorted(sheet.silent, key=lambda one: one.why), lambda one: one.why)
    ]
    grades = ", ".join(f"{grade} {words}" for grade, words in GRADES.items())
    quiet = f"Parts the two in no way: {'; '.join(silent)}. " if silent else ""
    yield f'<p class="fine">{escape(f"{quiet}{phrasing.WEIGHT_NOTE} Grades: {grades}.")}</p>'


def _basis(sheet: Sheet, ground: Ground) -> str:
    """Return how often the answer is found in the ground's own diagnosis, and what that rests on."""
    often = f"<b>{escape(percent(ground.here))}</b> " if ground.here is not None else ""
    rests = [f"{ground.grade}, {ground.grade_words}" if ground.grade == "D" else ground.grade]
    if ground.n is not None:
        rests.append(f"n {ground.n}")
    basis = f"{', '.join(part for part in rests if part)} {sheet.numbers(ground.sources)}".strip()
    if ground.rule:
        basis += f"; counted in part: {ground.rule.rstrip('.')}"
    note = _more(f". {ground.note.rstrip('.')}") if ground.note else ""
    return f"{often}<small>{escape(basis)}{note}</small>"


def _advice(sheet: Sheet) -> Iterator[str]:
    found = [_rule(sheet, rule) for rule in sheet.advice if rule.kind != "alert"]
    if found:
        yield from _section("advice", "Advice", _items(found))


def _tests(sheet: Sheet) -> Iterator[str]:
    yield from _section("tests", "Next tests", _test_rows(sheet))


def _test_rows(sheet: Sheet) -> Iterator[str]:
    if not sheet.tests:
        yield "<p>No listed test would tell more.</p>"
        return
    yield "<table>" + _head("Test", "Shows", "Tells", "Burden", "Hazard") + "<tbody>"
    for offer in sheet.tests:
        hazard = f"{escape(offer.hazard)} <small>{sheet.numbers(offer.sources)}</small>"
        yield (
            f'<tr><th scope="row">{escape(offer.name)}</th><td>{escape(", ".join(offer.shows))}</td>'
            f"<td>{offer.bits:.2f} bit</td><td>{offer.burden} of 5</td><td>{hazard}</td></tr>"
        )
    yield "</tbody></table>"


def _sources(sheet: Sheet) -> Iterator[str]:
    if sheet.sources:
        yield from _section("sources", "Sources", _items(map(_citation, sheet.sources), "ol"))


def _citation(source: Cited) -> str:
    """Return a source in full; on paper a title gives way to journal and DOI, and an address to the title."""
    before, title, after = source.citation.partition(source.title)
    found = _ADDRESS.search(after)
    rest, address = (after[: found.start()], found[0]) if found else (after, "")
    on_web = address.startswith("http")
    if title and address and not on_web and (before or rest.strip(". ")):
        title, rest = _more(f"{title}{rest[:2]}"), escape(rest[2:])
    else:
        title, rest = escape(title), escape(rest)
    address = _more(address) if on_web and title else escape(address)
    return f"<b>[{source.number}]</b> {escape(before)}{title}{rest}{address}"


def _more(text: str) -> str:
    """Return what a screen shows and one page has no room for."""
    return f'<span class="more">{escape(text)}</span>'
