"""`emh about`: the trust sheet, what the program is, how it reckons and on what that rests."""

from __future__ import annotations

import argparse
import platform
from collections import Counter
from typing import Any

HELP = "print the trust sheet: versions, method, evidence by grade, limits"

EXAMPLES = """\
emh about
emh about --json
"""

METHOD = (
    "It begins with how often each diagnosis is behind such a lesion. Every answer multiplies that by how "
    "often the answer is given in each diagnosis (Bayes' rule), from tables that `emh explain` prints. "
    "Tables depend on earlier answers where medicine says so, and what measures the same thing twice is "
    'counted once. The order of answers does not matter, and "unknown" moves nothing. The next question is '
    "the one that promises the most information for its burden to the patient."
)

LIMITS = (
    "Decision support for education and research. It is no certified medical device, looks at no images, "
    "knows only the diagnoses it lists, and never has the final word. Where no study gives a number the "
    "tables hold a judgement, grade D. Percentages are as good as these tables."
)

PRIVACY = (
    "It works offline and sends nothing anywhere. What is typed is kept, in full, in the transcript "
    "on this machine, which only its user can read. Leave names and numbers of patients out."
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Print the sheet."""
    from assistant.cli import print_json
    from assistant.plain import render
    from assistant.session import Utterance

    sheet = _sheet()
    if arguments.json:
        print_json(sheet)
        return 0
    print(render(Utterance("help", "\n".join(_lines(sheet)))))
    return 0


def _sheet() -> dict[str, Any]:
    from assistant.knowledge import load_knowledge
    from assistant.locations import sessions_folder, version
    from assistant.session.transcript import VERSION
    from assistant.session.wording import GRADES

    knowledge = load_knowledge()
    rows = [
        row
        for diagnosis in knowledge.diagnoses.values()
        # a row without a line is taken over from `other` and would be counted again
        for row in (*(row for row in diagnosis.rows.values() if row.line), *diagnosis.context_rows.values())
    ]
    grades = Counter(row.grade for row in rows)
    priors = Counter(diagnosis.prior_basis.grade for diagnosis in knowledge.diagnoses.values())
    return {
        "emh": version(),
        "python": platform.python_version(),
        "transcript_version": VERSION,
        "knowledge": {"version": knowledge.version, "sha256": knowledge.sha256},
        "diagnoses": len(knowledge.diagnoses),
        "findings": len(knowledge.findings),
        "sources": len(knowledge.sources),
        "method": METHOD,
        "prior": knowledge.population,
        "tables": {grade: {"means": means, "rows": grades[grade]} for grade, means in GRADES.items()},
        "priors": {grade: priors[grade] for grade in GRADES},
        "limits": LIMITS,
        "privacy": PRIVACY,
        "sessions": str(sessions_folder()),
    }


def _lines(sheet: dict[str, Any]) -> list[str]:
    tables = sheet["tables"]
    total = sum(entry["rows"] for entry in tables.values()) or 1
    graded = [
        f"  {grade}  {entry['rows']:>5} tables ({entry['rows'] / total:4.0%})  {entry['means']}"
        for grade, entry in tables.items()
    ]
    knowledge = sheet["knowledge"]
    return [
        f"emh {sheet['emh']}, Python {sheet['python']}, transcript version {sheet['transcript_version']}",
        f"Knowledge {knowledge['version']} (sha256 {knowledge['sha256'][:12]}): "
        f"{sheet['diagnoses']} diagnoses, {sheet['findings']} findings, {sheet['sources']} sources",
        "",
        "How it reckons",
        METHOD,
        f"The starting probabilities are of: {sheet['prior']}" if sheet["prior"] else "",
        "",
        "What the tables rest on",
        *graded,
        "  of the starting probabilities: "
        + ", ".join(f"{count} grade {grade}" for grade, count in sheet["priors"].items() if count),
        "",
        "Limits",
        LIMITS,
        "",
        "Privacy",
        PRIVACY,
        f"Transcripts lie in {sheet['sessions']}",
    ]
