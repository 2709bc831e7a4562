"""The one-page sheet: its golden files, and what every format owes every interview."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main
from assistant.dialog import Script, load_script
from assistant.errors import UsageError
from assistant.knowledge import KnowledgeBase, load_knowledge
from assistant.report import FORMATS, copy_sentence, save_report, save_sentence
from assistant.report.page import LEAST, MOST, USUAL, type_size
from assistant.report.sheet import SHOWN_DECIBANS, STATEMENT, sheet_of, weighty
from assistant.report.typed import plain
from assistant.session import Interview, TranscriptFile, read_transcript
from assistant.session.transcript import Opened
from assistant.understanding import Interpreter

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
MINI = HERE / "data" / "mini"
SMALL_SCRIPT = HERE / "data" / "small.yaml"

CHILD = "A boy of 4 years with neuroblastoma, treated with cyclophosphamide and filgrastim."
HOSTILE = "/note \x1b[31mred\x1b[0m [link=x]a[/link] | *b* <i>c</i> \u202eevil\u202c \u200bd\x07"


def ticking() -> Callable[[], datetime]:
    """Return a clock that goes on by seven seconds at each look."""
    now = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)

    def look() -> datetime:
        nonlocal now
        now += timedelta(seconds=7)
        return now

    return look


KNOWLEDGE = load_knowledge()
INTERPRETER = Interpreter(KNOWLEDGE)
SCRIPT = load_script("liver-lesion", KNOWLEDGE)


def interview(
    replies: list[str],
    *,
    knowledge: KnowledgeBase = KNOWLEDGE,
    interpreter: Interpreter = INTERPRETER,
    script: Script = SCRIPT,
    **options: Any,
) -> Interview:
    """Return an interview that was given `replies` in turn."""
    held = Interview.start(
        knowledge, script, interpreter=interpreter, clock=ticking(), session="sheet-1", **options
    )
    held.begin()
    for text in replies:
        held.reply(text)
    return held


def small_interview() -> Interview:
    """Return a finished interview on the small knowledge, with an answer of every kind."""
    # the small knowledge has hardly a cue, so those that are shipped read its replies
    knowledge = replace(load_knowledge(MINI), cues=KNOWLEDGE.cues)
    script = load_script(str(SMALL_SCRIPT), knowledge)
    replies = ["ask", "41", "AML", "filgrastim", "/note seen on the board", "/skip", "not sure", "2"]
    held = interview(
        replies,
        knowledge=knowledge,
        interpreter=Interpreter(knowledge),
        script=script,
        population="oncology",
    )
    held.reply("/stop")
    assert held.state.concluded
    return held


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_is_as_its_golden_file_says(name: str) -> None:
    held = small_interview()
    sheet = FORMATS[name](held)
    opened = held.lines[0].event
    assert isinstance(opened, Opened)
    sheet = sheet.replace(opened.app, "VERSION")
    # the digests follow every byte of the small knowledge, the layout does not
    for digest in (held.knowledge.sha256, held.script.sha256):
        sheet = sheet.replace(digest, "0" * 64).replace(digest[:12], "0" * 12)
    path = GOLDEN / f"report.{name}"
    if os.environ.get("EMH_RENEW_GOLDEN"):
        path.write_text(sheet, encoding="utf-8")
    assert sheet == path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def held_interviews() -> list[Interview]:
    """Return interviews on the shipped knowledge: empty, stopped, full of odd input, and with undone answers."""
    held = [
        interview([]),
        interview([CHILD, "/stop"]),
        interview([CHILD, HOSTILE, "\x1b[2Junknown", "not done", "/skip", "/undo"]),
        interview(["55 y man, MDS, transfused, diffuse siderosis, T2* isointense", "/stop"]),
        interview(["no malignancy, no chemo", "T2* bright"], population="liver_clinic"),
    ]
    return [*held, interview(["ask", *["unknown"] * 80], order="scripted")]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_every_interview(name: str, held_interviews: list[Interview]) -> None:
    for held in held_interviews:
        sheet = FORMATS[name](held)
        assert sheet.endswith("\n") and not sheet.endswith("\n\n")
        assert sheet.count("not a certified device") == 1
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]", sheet)


def test_plain_text_fits_a_page(held_interviews: list[Interview]) -> None:
    for held in held_interviews:
        long = [line for line in FORMATS["txt"](held).splitlines() if len(line) > 100 and "http" not in line]
        assert long == []


def test_the_sheet_says_what_the_interview_holds(held_interviews: list[Interview]) -> None:
    for held in held_interviews:
        sheet = sheet_of(held)
        assert {said.finding for said in (*sheet.answers, *sheet.unknown)} == set(held.answers)
        assert [share.diagnosis for share in sheet.differential] == list(held.differential.posterior)
        assert [rule.id for rule in sheet.advice] == [rule.id for rule in held.advice]
        kinds = [rule.kind == "alert" for rule in sheet.advice]
        assert kinds == sorted(kinds, reverse=True)
        assert sheet.statement == STATEMENT
        assert len(sheet.notes) == len(held.state.notes)


def test_answers_come_with_the_words_they_rest_on() -> None:
    said = {one.finding: one for one in sheet_of(interview([CHILD])).answers}
    assert (said["gcsf"].words, said["gcsf"].typed) == ("given", "filgrastim")
    assert "neuroblastoma" in said["malignancy"].typed


def test_every_ground_counts_on_its_side_and_cites_sources_in_full() -> None:
    sheet = sheet_of(interview([CHILD]))
    assert len(sheet.standings) == 2
    for standing in sheet.standings:
        assert all(ground.decibans > 0 for ground in standing.favour)
        assert all(ground.decibans < 0 for ground in standing.against)
        for ground in (*standing.favour[:4], *standing.against[:4]):
            assert ground.grade in "ABCD"
            assert sheet.numbers(ground.sources).count(",") == max(0, len(ground.sources) - 1)
    assert [source.number for source in sheet.sources] == list(range(1, len(sheet.sources) + 1))
    assert all(source.citation for source in sheet.sources)


def test_an_answer_that_counts_nothing_says_why(held_interviews: list[Interview]) -> None:
    sheets = [sheet_of(held) for held in held_interviews]
    silent = {one.finding: one.why for sheet in sheets for one in sheet.silent}
    assert "iron" in silent["t2star_signal"]


def test_what_is_not_known_and_what_was_left_open_stand_apart() -> None:
    replies = ["ask", "unknown", "/skip"]
    sheet = sheet_of(interview(replies, order="scripted"))
    assert [said.finding for said in sheet.unknown] == ["age"]
    assert "sex" in sheet.left_open


def test_a_named_clinic_is_shown_as_an_assumption() -> None:
    sheet = sheet_of(interview([], population="liver_clinic"))
    assert sheet.population.clinic == "liver_clinic"
    text = FORMATS["txt"](interview(["/population oncology"]))
    assert "Oncology, adults (named by the user)" in " ".join(text.split()) and "assumption" in text


def test_markdown_shows_typed_signs_letter_by_letter() -> None:
    sheet = FORMATS["md"](interview([HOSTILE]))
    assert r"\[link=x\]a\[/link\] \| \*b\* \<i\>c\</i\>" in sheet


def test_slight_grounds_are_counted_and_not_listed() -> None:
    heavy, slight, *_ = sheet_of(interview([CHILD])).standings[0].favour
    slight = replace(slight, decibans=SHOWN_DECIBANS / 2)
    assert weighty((heavy, slight)) == (heavy,)
    assert weighty((slight, slight)) == (slight,)
    assert len(weighty((heavy,) * 9)) == 4


# -- the page


class Page(HTMLParser):
    """What a browser would make of a page: its elements, its text, and whether they are well nested."""

    EMPTY = frozenset(["meta", "rect", "path"])

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


TAGS = frozenset(
    [
        *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section"),
        *("div", "span", "bdi", "h1", "h2", "p", "ul", "ol", "li", "b", "small"),
        *("table", "thead", "tbody", "tr", "th", "td", "svg", "desc", "g", "rect", "path", "text"),
    ]
)
ATTRIBUTES = frozenset(
    [
        *("lang", "charset", "http-equiv", "content", "name", "class", "id", "aria-labelledby", "role"),
        *("scope", "colspan", "viewbox", "transform", "x", "y", "width", "height", "d"),
    ]
)


def test_a_page_loads_and_runs_nothing(held_interviews: list[Interview]) -> None:
    for held in held_interviews:
        sheet = FORMATS["html"](held)
        page = Page(sheet)
        assert {tag for tag, _ in page.elements} <= TAGS
        assert {name for _, attributes in page.elements for name in attributes} <= ATTRIBUTES
        assert not re.search(r"@import|url\(|javascript:|<link|<script|\bsrc=|\bhref=", sheet, re.IGNORECASE)
        policy = page.named("meta")[1]
        assert policy["http-equiv"] == "Content-Security-Policy"
        assert (policy["content"] or "").startswith("default-src 'none'; style-src 'unsafe-inline'")


def test_a_page_has_the_structure_that_a_screen_reader_goes_by(held_interviews: list[Interview]) -> None:
    for held in held_interviews:
        page = Page(FORMATS["html"](held))
        assert page.named("html") == [{"lang": "en"}]
        assert len(page.named("h1")) == len(page.named("title")) - 1 == 1
        assert all(cell.get("scope") in ("col", "row", "rowgroup") for cell in page.named("th"))
        ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        labels = " ".join(str(one["aria-labelledby"]) for _, one in page.elements if "aria-labelledby" in one)
        assert sorted(labels.split()) == sorted(str(one) for one in ids) and len(set(ids)) == len(ids)
        assert page.named("svg")[0]["role"] == "img"


def test_a_page_says_what_the_other_formats_say(held_interviews: list[Interview]) -> None:
    for held in held_interviews:
        sheet, said = sheet_of(held), Page(FORMATS["html"](held)).text
        every = [
            sheet.sentence,
            sheet.moment,
            sheet.statement,
            sheet.population.name,
            sheet.versions.knowledge,
        ]
        every += [f"{share.name}: " for share in sheet.listed]
        every += [f"{one.name}{one.words}{f'“{one.typed}”' if one.typed else ''}" for one in sheet.answers]
        every += [one.name for one in sheet.unknown] + list(sheet.left_open) + list(sheet.notes)
        every += [rule.text for rule in sheet.advice] + [one.said for one in sheet.silent]
        every += [text for offer in sheet.tests for text in (offer.name, offer.hazard)]
        every += [f"[{source.number}] {source.citation}" for source in sheet.sources]
        for standing in sheet.standings:
            for ground in (*weighty(standing.favour), *weighty(standing.against)):
                every += [ground.said, f"{abs(ground.decibans):.1f} dB", ground.note.rstrip(".")]
        assert [words for words in every if " ".join(words.split()) not in said] == []


def test_alerts_stand_before_the_differential() -> None:
    sheet = FORMATS["html"](interview([CHILD]))
    assert sheet.index("<b>Alert:</b>") < sheet.index("<svg") < sheet.index("<b>Caveat:</b>")


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='x",
        "</style></table></svg><!-- &lt;b&gt; &amp;",
        "<![CDATA[ ]]> <?php ?>",
        "\u202egnp.exe\u2066 \x1b[31mred\x07 \u200b\ufeff\x00",
        "a" * 150,
        "مريض שלום 患者",
    ],
)
def test_hostile_text_is_shown_letter_by_letter(typed: str) -> None:
    page = Page(FORMATS["html"](interview([CHILD, f"/note {typed}"])))
    assert {tag for tag, _ in page.elements} <= TAGS
    assert {name for _, attributes in page.elements for name in attributes} <= ATTRIBUTES
    assert plain(typed) in page.text


def test_a_hostile_session_stays_within_its_heading() -> None:
    held = interview([CHILD])
    held.session = 'x"; } </style><script> body { background: url(http://a)'
    sheet = FORMATS["html"](held)
    assert "script" not in [tag for tag, _ in Page(sheet).elements]
    style = sheet[sheet.index("<style>") : sheet.index("</style>")]
    assert style.count("{") == style.count("}") and style.count('"') % 2 == 0
    assert re.search('"Liver lesion interview x +style +script +body +background +url http +a *"', style)


def test_the_type_is_as_large_as_the_page_allows(held_interviews: list[Interview]) -> None:
    empty, child = held_interviews[0], held_interviews[1]
    assert LEAST <= type_size(sheet_of(child)) < type_size(sheet_of(empty)) <= MOST
    long = replace(sheet_of(child), notes=("word " * 3000,))
    assert type_size(long) == USUAL
    assert f"html {{ font-size: {type_size(sheet_of(child))}pt" in FORMATS["html"](child)


# -- the sentence to copy


def test_the_sentence_names_scale_basis_and_tool() -> None:
    said = copy_sentence(interview(["55 y man, MDS, transfused, diffuse siderosis, T2* isointense"]))
    assert said.startswith("Focal hepatic extramedullary hematopoiesis: ")
    assert re.search(r": [a-z ]+ \(>?\d+ %\); next [A-Z][^(]+\(<?\d+ %\)\. ", said)
    assert "marrow disorder MDS" in said
    assert said.endswith("; not a diagnosis.") and "educational tool" in said
    assert "\n" not in said


def test_the_sentence_of_an_empty_interview_says_so() -> None:
    assert "before any answer, not a diagnosis." in copy_sentence(interview([]))


def test_every_interview_has_a_short_sentence(held_interviews: list[Interview]) -> None:
    for held in held_interviews:
        assert len(copy_sentence(held)) < 360


# -- files


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_lies_beside_its_transcript_and_is_renewed(name: str, tmp_path: Path) -> None:
    held = interview([CHILD], store=TranscriptFile(tmp_path / "elsewhere" / "sheet-1.jsonl"))
    path = save_report(held, name)
    assert path == tmp_path / "elsewhere" / f"sheet-1.{name}"
    assert path.read_text(encoding="utf-8") == FORMATS[name](held)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    held.reply("/note later")
    assert save_report(held, name) == path
    assert "later" in path.read_text(encoding="utf-8")
    held.close()
    assert sorted(one.name for one in path.parent.iterdir()) == sorted(["sheet-1.jsonl", path.name])


def test_without_a_transcript_it_lies_in_the_sessions_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMH_SESSIONS", str(tmp_path / "made" / "now"))
    held = interview([])
    assert save_report(held, "txt") == tmp_path / "made" / "now" / "sheet-1.txt"
    path = save_sentence(held)
    assert path.name == "sheet-1.sentence.txt"
    assert path.read_text(encoding="utf-8") == copy_sentence(held) + "\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_named_by_the_user_is_never_replaced(tmp_path: Path) -> None:
    held, path = interview([]), tmp_path / "mine.html"
    assert save_report(held, "html", path) == path
    path.write_text("my own", encoding="utf-8")
    with pytest.raises(UsageError, match="exists already; choose another name"):
        save_report(held, "html", path)
    link = tmp_path / "link.html"
    link.symlink_to(tmp_path / "nothing-yet.html")
    with pytest.raises(UsageError, match="exists already"):
        save_report(held, "html", link)
    assert path.read_text(encoding="utf-8") == "my own"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link.html", "mine.html"]


def test_a_renewed_report_does_not_write_through_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMH_SESSIONS", str(tmp_path / "sessions"))
    (tmp_path / "sessions").mkdir()
    other = tmp_path / "other.txt"
    other.write_text("not a report", encoding="utf-8")
    (tmp_path / "sessions" / "sheet-1.txt").symlink_to(other)
    assert not save_report(interview([]), "txt").is_symlink()
    assert other.read_text(encoding="utf-8") == "not a report"


def test_a_file_that_cannot_be_written_whole_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    held = interview([])
    monkeypatch.setenv("EMH_SESSIONS", str(tmp_path))
    old = save_report(held, "txt").read_text(encoding="utf-8")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UsageError, match="No space left on device"):
        save_report(held, "txt")
    with pytest.raises(UsageError, match="No space left on device"):
        save_report(held, "txt", tmp_path / "new.txt")
    assert [one.name for one in tmp_path.iterdir()] == ["sheet-1.txt"]
    assert (tmp_path / "sheet-1.txt").read_text(encoding="utf-8") == old


def test_what_cannot_be_saved_says_what_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = interview([])
    with pytest.raises(UsageError, match="did you mean 'html'"):
        save_report(held, "htm")
    with pytest.raises(UsageError, match="choose another folder"):
        save_report(held, "html", tmp_path / "nowhere" / "a.html")
    with pytest.raises(UsageError, match="choose another folder"):
        save_report(held, "html", tmp_path / "\0")
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("EMH_SESSIONS", str(tmp_path / "file"))
    with pytest.raises(UsageError, match="choose another folder"):
        save_report(held, "html")
    held.session = "../../etc/passwd"
    with pytest.raises(UsageError, match="no interview id"):
        save_sentence(held)


def test_typed_text_loses_what_steers_a_terminal() -> None:
    assert plain("a\x1b[31mb\u202e\n c\u200b") == "a [31mb c"


# -- the command


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the transcript of a saved interview with the id `sheet-1`."""
    monkeypatch.setenv("EMH_SESSIONS", str(tmp_path))
    path = tmp_path / "sheet-1.jsonl"
    held = interview([CHILD], store=TranscriptFile(path))
    held.close()
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_the_command_prints_what_the_renderer_returns(
    name: str, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "sheet-1", "--format", name]) == 0
    printed = capsys.readouterr().out
    resumed = Interview.resume(read_transcript(saved), KNOWLEDGE, SCRIPT, interpreter=INTERPRETER)
    assert printed == FORMATS[name](resumed)
    assert main(["report", str(saved), "--format", name]) == 0
    assert capsys.readouterr().out == printed


def test_json_is_one_object(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "sheet-1", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["format"], printed["version"]) == ("emh-report", 1)
    assert {one["finding"]: one["answer"] for one in printed["answers"]}["gcsf"] == "yes"
    assert sum(share["probability"] for share in printed["differential"]) == pytest.approx(1, abs=1e-4)


def test_a_report_leaves_the_transcript_as_it_was(saved: Path) -> None:
    before = saved.read_bytes()
    assert main(["report", "sheet-1"]) == 0
    assert saved.read_bytes() == before


def test_a_file_is_written_once_and_for_its_owner(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "sheet.md"
    assert main(["report", "sheet-1", "--format", "md", "--output", str(target)]) == 0
    assert target.read_text(encoding="utf-8").startswith("# ")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert main(["report", "sheet-1", "--output", str(target)]) == 2
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["report", "sheet-2"], "did you mean 'sheet-1'"),
        (["report", "sheet-1", "--format", "jsn"], "did you mean 'json'"),
        (["report", "sheet-1", "--output", "/nowhere/at/all.txt"], "choose another folder"),
        (["report", "sheet-1", "--dialog", "liver-leson"], "did you mean 'liver-lesion'"),
    ],
)
def test_bad_arguments_are_told(
    arguments: list[str], told: str, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert told in capsys.readouterr().err


def test_of_a_damaged_transcript_the_good_part_is_reported(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = saved.read_text(encoding="utf-8").splitlines(keepends=True)
    broken = [
        *lines[:-2],
        lines[-2].replace('"n":', '"n": '),
        lines[-1].replace("done", "gone"),
        "not JSON\n",
    ]
    saved.write_text("".join(broken), encoding="utf-8")
    assert main(["report", "sheet-1"]) == 4
    captured = capsys.readouterr()
    assert "filgrastim" in captured.out
    assert "good part" in captured.err
