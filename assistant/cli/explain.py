"""`emh explain`: what is known of a finding, a diagnosis or a source, and from where."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from assistant.errors import UsageError, nearest

if TYPE_CHECKING:
    from assistant.knowledge import KnowledgeBase, Row

HELP = "print what is known of a finding, a diagnosis or a source"

EXAMPLES = """\
emh explain emh
emh explain gcsf
emh explain gcsf --diagnosis metastasis
emh explain t2star_signal --json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("id", metavar="ID", help="of a finding, a diagnosis or a source; names are taken too")
    parser.add_argument("--diagnosis", metavar="D", help="of a finding, only the rows of this diagnosis")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Explain one thing."""
    from assistant.cli import print_json
    from assistant.knowledge import load_knowledge
    from assistant.session.actions import diagnosis_named
    from assistant.session.amending import finding_of

    knowledge = load_knowledge()
    only = None
    if arguments.diagnosis is not None:
        only = diagnosis_named(knowledge, arguments.diagnosis)
        if only is None:
            hint = nearest(arguments.diagnosis, knowledge.diagnoses)
            raise UsageError(f"there is no diagnosis {arguments.diagnosis!r}{hint}")
    found = finding_of(knowledge, arguments.id)
    name = found if found in knowledge.findings else diagnosis_named(knowledge, arguments.id) or arguments.id
    if name not in {*knowledge.findings, *knowledge.diagnoses, *knowledge.sources}:
        known = (*knowledge.findings, *knowledge.diagnoses, *knowledge.sources)
        raise UsageError(f"there is no finding, diagnosis or source {name!r}{nearest(name, known)}")
    if only is not None and name not in knowledge.findings:
        raise UsageError(f"--diagnosis goes with a finding, and {name!r} is none")
    if arguments.json:
        print_json(_spelled(knowledge, name, only))
    else:
        _print(knowledge, name, only)
    return 0


def _print(knowledge: KnowledgeBase, name: str, only: str | None) -> None:
    from assistant.plain import render
    from assistant.session import Utterance
    from assistant.session.wording import GRADES, evidence_lines

    lines = list(evidence_lines(knowledge, name, only))
    if name in knowledge.findings:
        lines.extend(_context_lines(knowledge, name, only))
    if name not in knowledge.sources:
        lines.append("Grades: " + ", ".join(f"{grade} {words}" for grade, words in GRADES.items()) + ".")
        cited = [knowledge.sources[one] for one in _cited(knowledge, name, only) if one in knowledge.sources]
        lines.extend(f"[{source.id}] {source.citation}" for source in cited)
    else:
        used = ", ".join(_citing(knowledge, name))
        lines.append(f"Behind numbers of: {used}." if used else "Behind no number.")
    print(render(Utterance("evidence", "\n".join(line for line in lines if line))))


def _context_lines(knowledge: KnowledgeBase, name: str, only: str | None) -> list[str]:
    from assistant.inference import percent

    finding = knowledge.findings[name]
    lines = []
    for context in finding.contexts:
        given = " and ".join(
            f"{parent} {' or '.join(sorted(values))}" for parent, values in context.given.items()
        )
        lines.append(f"Where {given}: {context.rationale.strip()}".rstrip(": "))
        for diagnosis in knowledge.diagnoses.values():
            row = diagnosis.context_rows.get((name, context.id))
            if row is not None and only in (None, diagnosis.id):
                numbers = ", ".join(f"{finding.value_name(v)} {percent(p)}" for v, p in row.p.items())
                lines.append(f"  {diagnosis.short}: {numbers}; grade {row.grade}")
    return lines


def _rows(knowledge: KnowledgeBase, name: str, only: str | None) -> list[tuple[str, str | None, Row]]:
    """Return (diagnosis, context, row) for each table of a finding."""
    found: list[tuple[str, str | None, Row]] = []
    for diagnosis in knowledge.diagnoses.values():
        if only not in (None, diagnosis.id):
            continue
        if name in diagnosis.rows:
            found.append((diagnosis.id, None, diagnosis.rows[name]))
        found.extend(
            (diagnosis.id, context, row)
            for (finding, context), row in diagnosis.context_rows.items()
            if finding == name
        )
    return found


def _cited(knowledge: KnowledgeBase, name: str, only: str | None) -> tuple[str, ...]:
    if name in knowledge.diagnoses:
        return tuple(knowledge.diagnoses[name].prior_basis.sources)
    sources = (source for _, _, row in _rows(knowledge, name, only) for source in row.sources)
    return tuple(dict.fromkeys(sources))


def _citing(knowledge: KnowledgeBase, source: str) -> tuple[str, ...]:
    """Return the findings and diagnoses whose numbers rest on a source."""
    findings = [
        name
        for name in knowledge.findings
        if any(source in row.sources for _, _, row in _rows(knowledge, name, None))
    ]
    diagnoses = [one.id for one in knowledge.diagnoses.values() if source in one.prior_basis.sources]
    return (*findings, *diagnoses)


def _spelled(knowledge: KnowledgeBase, name: str, only: str | None) -> dict[str, Any]:
    if name in knowledge.sources:
        source = knowledge.sources[name]
        return {
            "kind": "source",
            "id": name,
            "citation": source.citation,
            "type": source.kind,
            "shows": source.shows,
            "behind": list(_citing(knowledge, name)),
        }
    cited = {
        one: knowledge.sources[one].citation
        for one in _cited(knowledge, name, only)
        if one in knowledge.sources
    }
    if name in knowledge.diagnoses:
        diagnosis = knowledge.diagnoses[name]
        return {
            "kind": "diagnosis",
            "id": name,
            "name": diagnosis.name,
            "icd10": diagnosis.icd10,
            "definition": diagnosis.definition.strip(),
            "prior": diagnosis.prior,
            "grade": diagnosis.prior_basis.grade,
            "basis": diagnosis.prior_basis.reasoning,
            "mimics": list(diagnosis.mimics),
            "proof": diagnosis.proof,
            "next_steps": diagnosis.next_steps,
            "sources": cited,
        }
    finding = knowledge.findings[name]
    return {
        "kind": "finding",
        "id": name,
        "name": finding.name,
        "question": finding.question,
        "help": finding.help.strip(),
        "type": finding.kind.value,
        "unit": finding.unit or None,
        "values": {value: finding.value_name(value) for value in finding.value_ids},
        "gate": {parent: sorted(values) for parent, values in finding.gate.items()},
        "contexts": {
            context.id: {parent: sorted(values) for parent, values in context.given.items()}
            for context in finding.contexts
        },
        "rows": [
            {
                "diagnosis": diagnosis,
                "context": context,
                "p": dict(row.p),
                "grade": row.grade,
                "n": row.n,
                "sources": list(row.sources),
                "note": row.note,
            }
            for diagnosis, context, row in _rows(knowledge, name, only)
        ],
        "sources": cited,
    }
