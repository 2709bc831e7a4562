"""Sentences that the formats for readers share."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.inference import percent
from assistant.report.sheet import Ground, Offer, Sheet, Standing, weighty

WEIGHT_NOTE = "Weights in decibans beside the other: +10 dB is ten times as likely, -10 dB a tenth."


def ground_basis(sheet: Sheet, ground: Ground) -> str:
    """Return how often the answer is found on both sides, and what that rests on."""
    parts = []
    if ground.here is not None and ground.there is not None:
        parts.append(f"{percent(ground.here)} here, {percent(ground.there)} there")
    if ground.grade:
        count = f", n {ground.n}" if ground.n is not None else ""
        numbers = sheet.numbers(ground.sources)
        parts.append(f"grade {ground.grade} ({ground.grade_words}){count}{' ' + numbers if numbers else ''}")
    if ground.rule:
        parts.append(f"counted in part: {ground.rule.rstrip('.')}")
    if ground.note:
        parts.append(ground.note.rstrip("."))
    return "; ".join(parts)


def sides(standing: Standing) -> Iterator[tuple[str, tuple[Ground, ...], str]]:
    """Yield (title, grounds listed, what is left out) for and against."""
    for title, grounds in (("For", standing.favour), ("Against", standing.against)):
        listed = weighty(grounds)
        more = len(grounds) - len(listed)
        yield title, listed, f"and {more} of less weight" if more > 0 else ""


def offer_words(offer: Offer) -> str:
    """Return what a test would tell, what it costs, and its hazard."""
    shows = ", ".join(offer.shows)
    return f"shows {shows}; {offer.bits:.2f} bit, burden {offer.burden} of 5. Hazard: {offer.hazard}"


def assumption_words(sheet: Sheet) -> str:
    """Return whose lesions the starting probabilities are about, and that this is assumed."""
    population = sheet.population
    chosen = "named by the user" if population.clinic else "nothing else was named"
    return (
        f"Starting probabilities are those of: {population.name} ({chosen}). {population.note} "
        "This is an assumption, and judgement (grade D)."
    )


def version_words(sheet: Sheet) -> str:
    """Return the versions of program, knowledge and script."""
    versions = sheet.versions
    words = (
        f"emh {versions.app}, knowledge {versions.knowledge} ({versions.knowledge_sha256[:12]}), "
        f"script {versions.script} ({versions.script_sha256[:12]})"
    )
    if versions.changed:
        words += "; the interview began with another knowledge or script, this sheet is of today's"
    return words


def rest_words(sheet: Sheet) -> str:
    """Return how many diagnoses are not listed."""
    rest = len(sheet.differential) - len(sheet.listed)
    return f"{rest} more below 1 % each" if rest else ""
