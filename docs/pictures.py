"""Draw the pictures of README.md and docs/tour.md from interviews that are played for them.

    python docs/pictures.py            draw them all
    python docs/pictures.py course     draw one

Every case here is invented. tests/test_pictures.py draws some of them again.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from textual import events  # noqa: E402
from textual.pilot import Pilot  # noqa: E402
from textual.widgets import TextArea  # noqa: E402

from assistant.knowledge import KnowledgeBase, load_knowledge  # noqa: E402
from assistant.session import Interview, Transcript, TranscriptFile  # noqa: E402
from assistant.session.demo import demo_player, play_demo  # noqa: E402
from assistant.session.player import Player  # noqa: E402
from assistant.session.replay import compare  # noqa: E402
from assistant.settings import Settings  # noqa: E402
from assistant.tui.app import InterviewApp, TerminalApp  # noqa: E402
from assistant.tui.replaying import ReplayApp  # noqa: E402
from assistant.understanding import Interpreter  # noqa: E402
from docs.drawing import drawn  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"

CASE = (
    "68M with MDS, regular transfusions, no known cancer; new 4 cm liver lesion",
    "never had chemo, but Neupogen for two years",
    "diffuse siderosis",
)
"""The conversation that README.md begins with."""

REST = (
    "not biopsied",
    "avid heterogeneous arterial enhancement, no washout",
    "no chronic liver disease",
)
"""How it goes on."""

REPORT = """\
INDICATION: 68-year-old man with MDS and regular red cell transfusions. New liver lesion on ultrasound.
TECHNIQUE: MRI of the liver before and after gadolinium.
FINDINGS: Solitary subcapsular mass, well defined, 4.2 cm. Hypointense on T1, mildly hyperintense on T2.
Heterogeneous arterial hyperenhancement, no washout, no capsule. No restricted diffusion.
Diffuse iron overload of the liver. The spleen is enlarged.
IMPRESSION: Hypervascular lesion; metastasis or HCC not excluded. Biopsy recommended."""

BEGUN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SESSION = "2026-03-02-0900"
PATIENCE = 1000
"""Looks after which a program that shows nothing new is given up."""


@cache
def knowledge() -> KnowledgeBase:
    """Return what is known, read once."""
    return load_knowledge(ROOT / "knowledge")


@cache
def interpreter() -> Interpreter:
    """Return one reader for all interviews."""
    return Interpreter(knowledge())


def clock() -> Callable[[], datetime]:
    """Return a clock that goes on by five seconds each time it is looked at."""
    looks = iter(range(1_000_000))
    return lambda: BEGUN + timedelta(seconds=5 * next(looks))


def interview(*, first: bool = False, store: TranscriptFile | None = None) -> Interview:
    """Return an interview that is about to begin."""
    return Interview.start(
        knowledge(),
        interpreter=interpreter(),
        clock=clock(),
        store=store,
        session=SESSION,
        seed=1,
        first=first,
    )


class Stage:
    """One running program, and the short ways to act on it."""

    def __init__(self, app: TerminalApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    async def settle(self) -> None:
        """Wait until all that was begun is shown."""
        for _ in range(PATIENCE):
            await self.pilot.pause()
            if not self.app.workers and self._is_ready():
                break
        else:
            raise TimeoutError("the screen does not come to rest")

    def _is_ready(self) -> bool:
        main = self.app.main_screen if isinstance(self.app, (InterviewApp, ReplayApp)) else None
        return main is not None and main._differential_ready

    async def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        await self.pilot.press(*keys)
        await self.settle()

    async def put(self, text: str) -> None:
        """Put a text into the input that has the focus."""
        assert self.app.focused is not None
        self.app.focused.post_message(events.Paste(text))
        await self.pilot.pause()

    async def send(self, *texts: str) -> None:
        """Send replies one after the other."""
        for text in texts:
            await self.put(text)
            await self.press("enter")


Act = Callable[[Stage], Awaitable[None]]
Program = Callable[[Settings, Path], TerminalApp]
"""Makes a program; in the folder it may write."""


def talk(settings: Settings, folder: Path, *, first: bool = False) -> TerminalApp:
    """Return the program that holds an interview."""
    store = TranscriptFile(folder / f"{SESSION}.jsonl")
    return InterviewApp(lambda: interview(first=first, store=store), settings)


def first_start(settings: Settings, folder: Path) -> TerminalApp:
    """Return the same for somebody who has not used it."""
    return talk(settings, folder, first=True)


def demo(settings: Settings, folder: Path) -> TerminalApp:
    """Return the demo, standing where the misread scan is set right."""
    played = play_demo(knowledge())
    player = demo_player(played)
    player.playing = False
    player.jump(9)
    return ReplayApp(player, f"Demo: {played.case.title}", settings)


def saved() -> Transcript:
    """Return the transcript of the whole conversation."""
    held = interview()
    held.begin()
    for reply in (*CASE, *REST, "/stop"):
        held.reply(reply)
    return Transcript(tuple(held.lines))


def edited() -> KnowledgeBase:
    """Return the knowledge after an author has changed one table, to show what that moves."""
    known = knowledge()
    emh = known.diagnoses["emh"]
    table = ("gcsf", "no_chemotherapy")
    row = replace(emh.context_rows[table], p={"yes": 0.1, "no": 0.9})
    emh = replace(emh, context_rows={**emh.context_rows, table: row})
    return replace(known, diagnoses={**known.diagnoses, "emh": emh}, sha256="edited")


def checked(settings: Settings, folder: Path) -> TerminalApp:
    """Return a replay compared with knowledge that has been edited since."""
    then, today = saved(), edited()
    return ReplayApp(Player(then, today, comparison=compare(then, today), turn=2), "", settings)


def hidden(settings: Settings, folder: Path) -> TerminalApp:
    """Return a replay that keeps the differential back."""
    return ReplayApp(Player(saved(), knowledge(), turn=2, hidden=True), "", settings)


async def nothing(stage: Stage) -> None:
    """Leave the program as it begins."""


def acts(*texts: str, keys: str = "") -> Act:
    """Return what sends replies and then presses keys, which have blanks between them."""

    async def act(stage: Stage) -> None:
        await stage.send(*texts)
        await stage.press(*keys.split())

    return act


async def read(stage: Stage) -> None:
    """Paste a report, and go down its table to a finding that was read from several words."""
    await stage.send(REPORT)
    await stage.press(*["down"] * 10)


async def correct(stage: Stage) -> None:
    """Correct one of the answers in their list."""
    await stage.send(*CASE)
    await stage.press("f2", *["down"] * 7, "enter")
    await stage.send("no")


async def list_own(stage: Stage) -> None:
    """Type a list of one's own while the differential is hidden."""
    await stage.press("m")
    await stage.put("metastasis, HCC, EMH")


async def commit(stage: Stage) -> None:
    """Commit to that list."""
    await list_own(stage)
    await stage.press("enter")


@dataclass(frozen=True)
class Picture:
    """What is drawn."""

    title: str
    program: Program = talk
    act: Act = nothing
    size: tuple[int, int] = (110, 32)
    theme: str = "dark"


PICTURES: Mapping[str, Picture] = {
    "interview": Picture("An interview after five replies", act=acts(*CASE, *REST[:2])),
    "first-start": Picture("The first start", first_start, size=(100, 24)),
    "receipt": Picture("What was read from a pasted report", act=read, size=(110, 30)),
    "correction": Picture("An answer corrected, before and after", act=correct, size=(124, 26)),
    "why": Picture("Why a question is asked", act=acts(*CASE[:2], keys="f3")),
    "evidence": Picture("The tables behind a question", act=acts(*CASE[:2], keys="f8")),
    "differential": Picture("The whole differential", act=acts(*CASE, *REST, keys="f4"), size=(130, 36)),
    "basis": Picture(
        "What one reason rests on", act=acts(*CASE, *REST, keys="f4 enter down down enter"), size=(110, 30)
    ),
    "tests": Picture("The tests that would tell most", act=acts(*CASE, keys="f5")),
    "alerts": Picture("Alerts and advice", act=acts(*CASE, keys="f7")),
    "report": Picture("The report sheet", act=acts(*CASE, *REST, keys="ctrl+r")),
    "demo": Picture("The demo, with remarks", demo),
    "check": Picture("A replay: then beside today", checked),
    "hidden": Picture("A replay with a hidden differential", hidden, list_own, size=(110, 26)),
    "committed": Picture("A list of one's own beside the interview's", hidden, commit, size=(110, 26)),
    "light": Picture("The light theme", act=acts(*CASE, *REST[:2], "why not HCC?"), theme="light"),
    "narrow": Picture("A narrow window", act=acts(*CASE), size=(60, 16)),
    "narrow-differential": Picture(
        "The differential in a narrow window", act=acts(*CASE, keys="f6"), size=(60, 16)
    ),
}
"""Name -> picture."""


async def draw(name: str) -> str:
    """Play what a picture shows, and return the picture."""
    picture = PICTURES[name]
    settings = Settings(theme=picture.theme, ascii=False)
    with tempfile.TemporaryDirectory() as folder:
        app = picture.program(settings, Path(folder))
        async with app.run_test(size=picture.size) as pilot:
            stage = Stage(app, pilot)
            await stage.settle()
            await picture.act(stage)
            for box in app.screen.query(TextArea):
                box.cursor_blink = False
            await stage.settle()
            return drawn(app, name, picture.title)


def main(names: list[str], folder: Path = FOLDER) -> None:
    """Draw the pictures named, or all, into a folder."""
    unknown = set(names) - set(PICTURES)
    if unknown:
        sys.exit(f"no picture {', '.join(sorted(unknown))}; there are {', '.join(PICTURES)}")
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or PICTURES:
        picture = asyncio.run(draw(name))
        (folder / f"{name}.svg").write_text(picture, encoding="utf-8")
        print(f"{name}.svg  {len(picture.encode()) / 1000:.0f} kB")


if __name__ == "__main__":
    # colours, and nothing of the user's own: no settings, no saved interviews
    os.environ.pop("NO_COLOR", None)
    with tempfile.TemporaryDirectory() as own:
        os.environ["EMH_STATE"] = own
        main(sys.argv[1:])
