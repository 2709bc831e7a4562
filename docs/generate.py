"""Write the pages of docs/ that repeat what stands in code, knowledge and tests.

    python docs/generate.py            write them all
    python docs/generate.py claims     write one

tests/test_check.py and tests/test_claims.py fail when a page is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from assistant.check import problems_page, vocabulary_page  # noqa: E402
from assistant.knowledge import KnowledgeBase, load_knowledge  # noqa: E402
from assistant.yamlfile import read_file  # noqa: E402

CLAIMS = "tests/data/seed-claims.yaml"
TEXTS = "tests/data/claim-texts.yaml"


def claims_page(knowledge: KnowledgeBase) -> str:
    """Return docs/claims.md: where each claim of the founding reports is shown."""
    rows = [
        f"| {claim['id']} | {_cell(claim['claim'])} | {_cell('; '.join(places)) or 'nowhere'} |"
        for claim, places in shown_claims(knowledge)
    ]
    return f"""# Where the claims of the founding reports are shown

Every clinical claim of the five founding reports, and each place where the program shows it: table rows (which
`/evidence`, `/whynot` and every report print with grade and sources), advice, words of a definition, help or note,
and the cases that play the report. This page is generated from `{CLAIMS}` and `{TEXTS}` by `python docs/generate.py`.

| Claim | In short | Shown |
|---|---|---|
{chr(10).join(rows)}
"""


def shown_claims(knowledge: KnowledgeBase) -> Iterator[tuple[Mapping[str, Any], tuple[str, ...]]]:
    """Yield every claim with the places where it is shown.

    Raises:
        LookupError: an advice or words that a claim rests on are gone.
    """
    told = read_file(ROOT / TEXTS).data
    claims = read_file(ROOT / CLAIMS).data["claims"]
    unknown = set(told["texts"]) - {claim["id"] for claim in claims}
    if unknown:
        raise LookupError(f"{TEXTS}: there are no claims {', '.join(sorted(unknown))}")
    for claim in claims:
        places = [
            *_rows(knowledge, claim),
            *(_advice(name) for name in claim.get("advice", ())),
            *(_words(path, words) for path, words in told["texts"].get(claim["id"], ())),
        ]
        case = told["cases"].get(claim["seed"])
        if case and "case" in claim["how"]:
            path = f"tests/cases/{case}.case.yaml"
            if not (ROOT / path).is_file():
                raise LookupError(f"{claim['id']}: {path} is gone")
            places.append(f"case {path}")
        yield claim, tuple(dict.fromkeys(places))


def _rows(knowledge: KnowledgeBase, claim: Mapping[str, Any]) -> Iterator[str]:
    """Yield the rows of the claim's findings under its diagnoses that stand in the diagnosis's own file."""
    for name in claim["diagnoses"]:
        diagnosis = knowledge.diagnoses[name]
        for finding in claim["findings"]:
            row = diagnosis.rows.get(finding)
            if row is not None and row.line:
                yield f"table `{finding}` at knowledge/{diagnosis.file}:{row.line}"


def _advice(name: str) -> str:
    file = read_file(ROOT / "knowledge" / "advice.yaml")
    if name not in file.data["advice"]:
        raise LookupError(f"there is no advice {name!r} any more")
    return f"advice `{name}` at knowledge/advice.yaml:{file.place(('advice', name))[0]}"


def _words(path: str, words: str) -> str:
    """Return file and line at which `words` begin; line breaks and indents do not matter."""
    text, lines = "", []
    for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), start=1):
        for word in line.split():
            text += f"{word} "
            lines.extend([number] * (len(word) + 1))
    place = text.find(" ".join(words.split()))
    if place < 0:
        raise LookupError(f"{path} does not say {words!r} any more")
    return f'"{words}" at {path}:{lines[place]}'


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("*", "\\*")


PAGES: Mapping[str, Callable[[KnowledgeBase], str]] = {
    "problems": lambda _: problems_page(),
    "vocabulary": vocabulary_page,
    "claims": claims_page,
}
"""Name of a page in docs/ -> what it holds."""


def main(names: list[str]) -> None:
    """Write the pages named, or all."""
    knowledge = load_knowledge(ROOT / "knowledge")
    for name in names or PAGES:
        (ROOT / "docs" / f"{name}.md").write_text(PAGES[name](knowledge), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
