"""Lines, hashes, damage, and the file they lie in."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from assistant.errors import TranscriptError, UsageError
from assistant.session import TranscriptFile, parse, read_transcript, session_path
from assistant.session.transcript import (
    FIRST_PREV,
    VERSION,
    Answered,
    Asked,
    Closed,
    Concluded,
    Corrected,
    Event,
    Interpreted,
    KnowledgeChanged,
    Line,
    Noted,
    Opened,
    Replied,
    Retracted,
    Revealed,
    link,
    timestamp,
)

AT = "2026-11-21T10:00:00.000Z"
MARK = {"version": "1", "sha256": "0" * 64}
OPENED = Opened("0.1.0", VERSION, MARK, {"id": "quick", "sha256": "1" * 64}, {"limit": None}, 1, "s1")
POSTERIOR = {"emh": 0.25, "other": 0.75}

EVERY: tuple[Event, ...] = (
    OPENED,
    Asked("age", "How old?", "must_ask"),
    Replied("fifty-two; prior naïve “quotes”\n\u2028 and \x00", "age", "reply"),
    Interpreted(2, ({"finding": "age", "answer": 52, "outcome": "accept", "spans": [[0, 9]]},)),
    Answered("age", 52, 2, ((0, 9),)),
    Revealed(POSTERIOR, "other", True),
    Asked("presentation", "Is that right?", "confirm", (["fever", "jaundice"],)),
    Asked("presentation", "Which?", "clarify", ({"present": ["fever"], "absent": ["jaundice"]}, "unknown")),
    Replied("no, 53", "age", "reply"),
    Corrected("age", 53, 52, 8, ((4, 6),)),
    Retracted("age", 8),
    Retracted(None, 2),
    Noted("seen with the radiologist"),
    KnowledgeChanged(MARK, {"id": "quick", "sha256": "2" * 64}),
    Concluded(POSTERIOR, ("malignancy_open",), "asked"),
    Closed("done"),
)


def chain(*events: Event) -> tuple[Line, ...]:
    lines: list[Line] = []
    for event in events:
        lines.append(link(len(lines), AT, event, lines[-1].hash if lines else FIRST_PREV))
    return tuple(lines)


def written(*events: Event) -> str:
    return "".join(line.json() + "\n" for line in chain(*events))


def reworded(row: str, **changes: object) -> str:
    """Return the row changed, with a hash that fits."""
    data = {**json.loads(row), **changes}
    body = {key: value for key, value in data.items() if key != "hash"}
    spelled = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    data["hash"] = hashlib.sha256((str(data["prev"]) + spelled).encode()).hexdigest()
    return json.dumps(data)


# -- lines


def test_every_event_comes_back_as_it_was() -> None:
    lines = chain(*EVERY)
    read = parse(written(*EVERY))
    assert read.damage is None
    assert [line.hash for line in read.lines] == [line.hash for line in lines]
    assert read.events == EVERY


def test_a_line_holds_what_the_format_names() -> None:
    rows = [json.loads(row) for row in written(*EVERY).split("\n")[:-1]]
    named = {
        "opened": {"app", "schema", "knowledge", "script", "settings", "seed", "session"},
        "asked": {"finding", "wording", "reason", "options"},
        "replied": {"text", "to", "kind"},
        "interpreted": {"to", "findings"},
        "answered": {"finding", "answer", "from", "spans"},
        "corrected": {"finding", "answer", "was", "from", "spans"},
        "retracted": {"finding", "to"},
        "revealed": {"posterior", "leader", "shown"},
        "noted": {"text"},
        "concluded": {"posterior", "advice", "stopped"},
        "knowledge_changed": {"knowledge", "script"},
        "closed": {"reason"},
    }
    assert {row["event"] for row in rows} == set(named)
    for row in rows:
        assert set(row) - {"v", "n", "at", "event", "prev", "hash"} == named[row["event"]]


def test_the_hash_is_that_of_prev_and_the_canonical_line() -> None:
    first, second = written(OPENED, Noted("naïve")).splitlines()
    prev = FIRST_PREV
    for row in (first, second):
        data = json.loads(row)
        body = {key: value for key, value in data.items() if key != "hash"}
        spelled = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert data["prev"] == prev
        assert data["hash"] == hashlib.sha256((prev + spelled).encode("utf-8")).hexdigest()
        prev = data["hash"]


def test_one_line_is_one_line_of_text_whatever_was_typed() -> None:
    text = "a\nb\rc\u2028d\u2029e\x0bf\x85g\x00\x1b[0m"
    row = link(0, AT, Replied(text, None, "reply"), FIRST_PREV).json()
    assert "\n" not in row
    assert "\r" not in row
    assert json.loads(row)["text"] == text


def test_a_moment_is_told_in_utc_with_milliseconds() -> None:
    east = timezone(timedelta(hours=2))
    assert timestamp(datetime(2026, 11, 21, 12, 0, 0, 1999, tzinfo=east)) == "2026-11-21T10:00:00.001Z"
    assert timestamp(datetime(2026, 11, 21, tzinfo=UTC)) == "2026-11-21T00:00:00.000Z"


# -- damage


def test_nothing_is_read_of_an_empty_text() -> None:
    read = parse("")
    assert read.lines == ()
    assert read.damage is None
    with pytest.raises(TranscriptError):
        _ = read.opened


def test_a_cut_last_line_is_left_out_wherever_it_was_cut() -> None:
    text = written(*EVERY[:5])
    start = text.rindex("\n", 0, -1) + 1
    for end in range(start + 1, len(text), 7):
        read = parse(text[:end], "s1.jsonl")
        assert len(read.lines) == 4
        assert read.damage == "s1.jsonl:5: the line was cut short"


def test_a_file_cut_at_any_byte_keeps_its_whole_lines() -> None:
    raw = written(*EVERY[:4]).encode()
    ends = [place + 1 for place, byte in enumerate(raw) if byte == ord("\n")]
    for cut in range(0, len(raw) + 1, 11):
        read = parse(raw[:cut].decode("utf-8", "replace"))
        assert len(read.lines) == sum(end <= cut for end in ends)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"text": "sixty"}, "hash"),
        ({"at": "2027-01-01T00:00:00.000Z"}, "hash"),
        ({"extra": 1}, "no extra"),
        ({"hash": "0" * 64}, "hash"),
        ({"n": 7}, "order"),
        ({"prev": "f" * 64}, "order"),
        ({"v": 2}, "version 2"),
        ({"v": None}, "version"),
        ({"event": "erased"}, "no event 'erased'"),
        ({"event": None}, "no event"),
    ],
)
def test_a_changed_line_ends_the_reading(changes: dict[str, object], told: str) -> None:
    rows = written(*EVERY[:5]).split("\n")[:-1]
    rows[2] = json.dumps({**json.loads(rows[2]), **changes})
    read = parse("\n".join(rows) + "\n", "s1.jsonl")
    assert len(read.lines) == 2
    assert read.damage is not None
    assert read.damage.startswith("s1.jsonl:3: ")
    assert told in read.damage


@pytest.mark.parametrize(
    "row", ["", "{", "null", "[]", "7", '"text"', "{}", "[" * 100_000, '{"v":1e999}', "\ud800"]
)
def test_what_is_no_event_ends_the_reading(row: str) -> None:
    read = parse(written(OPENED) + row + "\n" + written(Noted("x")))
    assert len(read.lines) == 1
    assert read.damage is not None
    assert "transcript:2: " in read.damage


def test_a_line_that_lacks_a_field_is_named_though_its_hash_fits() -> None:
    row = json.loads(written(OPENED))
    row.pop("seed")
    read = parse(reworded(json.dumps(row)) + "\n")
    assert read.lines == ()
    assert read.damage is not None
    assert "lacks seed" in read.damage


def test_a_line_taken_out_or_moved_is_noticed() -> None:
    rows = [row + "\n" for row in written(*EVERY[:6]).split("\n")[:-1]]
    for broken in (
        [*rows[:2], *rows[3:]],
        [*rows[:2], rows[3], rows[2], *rows[4:]],
        [*rows[:3], rows[2], *rows[3:]],
    ):
        read = parse("".join(broken))
        assert read.damage is not None
        assert len(read.lines) < len(rows)


# -- the file


@pytest.fixture
def file(tmp_path: Path) -> Iterator[TranscriptFile]:
    store = TranscriptFile(tmp_path / "state" / "emh" / "s1.jsonl")
    yield store
    store.close()


def test_each_line_lies_in_the_file_as_soon_as_it_is_appended(file: TranscriptFile) -> None:
    file.open()
    for count, line in enumerate(chain(*EVERY), start=1):
        file.append(line)
        assert len(read_transcript(file.path).lines) == count
    assert file.path.read_text(encoding="utf-8") == written(*EVERY)


def test_nobody_else_may_read_it(file: TranscriptFile) -> None:
    file.open()
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


def test_two_programs_cannot_hold_one_interview(file: TranscriptFile) -> None:
    file.open()
    file.append(chain(OPENED)[0])
    with pytest.raises(UsageError, match="open in another"):
        TranscriptFile(file.path).open(chain(OPENED))
    assert len(read_transcript(file.path).lines) == 1
    file.close()
    again = TranscriptFile(file.path)
    again.open(chain(OPENED))
    again.close()


def test_a_new_interview_never_overwrites_an_old_one(file: TranscriptFile) -> None:
    file.open()
    file.append(chain(OPENED)[0])
    file.close()
    with pytest.raises(UsageError, match="exists already"):
        TranscriptFile(file.path).open()
    assert len(read_transcript(file.path).lines) == 1


def test_going_on_cuts_off_a_half_written_line(file: TranscriptFile) -> None:
    lines = chain(*EVERY[:4])
    file.path.parent.mkdir(parents=True)
    file.path.write_text(written(*EVERY[:3]) + lines[3].json()[:40], encoding="utf-8")
    read = read_transcript(file.path)
    file.open(read.lines)
    file.append(lines[3])
    assert file.path.read_text(encoding="utf-8") == written(*EVERY[:4])


def test_a_closed_file_takes_no_line(file: TranscriptFile) -> None:
    with pytest.raises(ValueError, match="not open"):
        file.append(chain(OPENED)[0])
    file.open()
    file.close()
    file.close()
    with pytest.raises(ValueError, match="not open"):
        file.append(chain(OPENED)[0])


def test_a_file_that_cannot_be_written_is_told_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="EMH_SESSIONS"):
        TranscriptFile(tmp_path / "plain" / "s1.jsonl").open()
    with pytest.raises(UsageError):
        TranscriptFile(tmp_path).open()


def test_a_file_that_is_not_there_or_holds_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="emh list"):
        read_transcript(tmp_path / "none.jsonl")
    (tmp_path / "junk.jsonl").write_bytes(b"\xff\xfe\x00 not a transcript\n")
    with pytest.raises(TranscriptError, match="no event could be read"):
        read_transcript(tmp_path / "junk.jsonl")
    (tmp_path / "empty.jsonl").write_bytes(b"")
    with pytest.raises(TranscriptError):
        read_transcript(tmp_path / "empty.jsonl")


@pytest.mark.parametrize("session", ["a", "2026-11-21_10.00", "A" * 81])
def test_an_id_names_one_file(session: str, tmp_path: Path) -> None:
    assert session_path(tmp_path, session) == tmp_path / f"{session}.jsonl"


@pytest.mark.parametrize(
    "session", ["", ".", "..", "../x", "a/b", "a\\b", "-x", ".x", "a b", "a\n", "a\x00", "ä", "A" * 82]
)
def test_an_id_cannot_leave_the_folder(session: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no interview id"):
        session_path(tmp_path, session)


def test_every_line_is_waited_for_until_it_lies_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr("os.fsync", synced.append)
    file = TranscriptFile(tmp_path / "a.jsonl")
    file.open()
    line = link(0, "2026-11-21T00:00:00.000Z", OPENED, FIRST_PREV)
    file.append(line)
    assert len(synced) == 1
    assert (tmp_path / "a.jsonl").read_text(encoding="utf-8") == line.json() + "\n"
    file.close()
