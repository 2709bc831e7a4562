"""Draw the pictures of README.md and docs/tour.md from interviews that are played for them.

    python docs/pictures.py            draw them all
    python docs/pictures.py course     draw one

Every case here is invented. tests/test_pictures.py draws some of them again.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rich.cells import cell_len  # noqa: E402
from rich.color import Color  # noqa: E402
from rich.segment import Segment  # noqa: E402
from rich.style import Style  # noqa: E402
from rich.terminal_theme import DIMMED_MONOKAI  # noqa: E402
from textual import events  # noqa: E402
from textual.app import App  # noqa: E402
from textual.pilot import Pilot  # noqa: E402
from textual.widgets import TextArea  # noqa: E402

from assistant.knowledge import KnowledgeBase, load_knowledge  # noqa: E402
from assistant.session import Interview, Transcript  # noqa: E402
from assistant.session.demo import demo_player, play_demo  # noqa: E402
from assistant.session.player import Player  # noqa: E402
from assistant.session.replay import compare  # noqa: E402
from assistant.settings import Settings  # noqa: E402
from assistant.tui.app import InterviewApp, TerminalApp  # noqa: E402
from assistant.tui.replaying import ReplayApp  # noqa: E402
from assistant.understanding import Interpreter  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"

# -- from the cells of a terminal to SVG

WIDE, HIGH, EDGE = 9, 18, 9
"""Units of a column and of a row, and of the edge around the terminal."""

FONT = "15px 'DejaVu Sans Mono',Menlo,Consolas,monospace"
"""No font is fetched; each text is as long as its columns whatever font is there."""

_BASELINE = 14
"""Units from the top of a row down to the line that letters stand on."""

_ARMS = {
    "─": "lr", "│": "ud", "╮": "ld", "╰": "ur", "╯": "lu", "╭": "rd", "┬": "lrd", "┤": "lud", "└": "ur",
    "━": "LR", "┃": "UD", "┓": "LD", "┗": "UR", "┛": "LU", "┏": "RD",
}  # fmt: skip
"""Line sign -> where its arms go from the middle of the cell; a capital is a heavy arm."""

_EIGHTHS_WIDE, _EIGHTHS_HIGH = " ▏▎▍▌▋▊▉█", " ▁▂▃▄▅▆▇█"
_WORDS = re.compile(r"[^\s\u2190-\u2bff]+(?: [^\s\u2190-\u2bff]+)*|[\u2190-\u2bff]")
"""Texts that are placed as one; a sign that the font may lack stands alone, so that it moves no other."""


class Drawing:
    """One picture: a grid of cells with a title."""

    def __init__(self, name: str, title: str, rows: Sequence[Sequence[Segment]]) -> None:
        self.name, self.title = name, title
        self.rows = [list(Segment.simplify(row)) for row in rows]
        self.width = max(sum(cell_len(segment.text) for segment in row) for row in self.rows)
        self._classes: dict[str, str] = {}
        self._shapes: dict[str, list[str]] = {}
        """Colour -> the path of all boxes that have it."""

    def svg(self, background: str) -> str:
        """Return the picture; `background` is the colour of what is bare."""
        texts: list[str] = []
        for y, row in enumerate(self.rows):
            x = 0
            for segment in row:
                texts.extend(self._run(x, y, segment.text, segment.style or Style(), background))
                x += cell_len(segment.text)
        wide, high = self.width * WIDE + 2 * EDGE, len(self.rows) * HIGH + 2 * EDGE
        shapes = "\n".join(f'<path fill="{fill}" d="{"".join(d)}"/>' for fill, d in self._shapes.items())
        rules = "\n".join(f".{self.name}-{number}{{{rule}}}" for rule, number in self._classes.items())
        return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" \
role="img" aria-labelledby="{self.name}-title">
<title id="{self.name}-title">{escape(self.title)}</title>
<style>
.{self.name}{{font:{FONT};white-space:pre}}
{rules}
</style>
<rect x=".5" y=".5" width="{wide - 1}" height="{high - 1}" rx="7" fill="{background}" stroke="#8b989f"/>
<g class="{self.name}" transform="translate({EDGE} {EDGE})">
<g shape-rendering="crispEdges">
{shapes}
</g>
{chr(10).join(texts)}
</g>
</svg>
"""

    def _run(self, x: int, y: int, text: str, style: Style, background: str) -> Iterator[str]:
        """Draw the boxes of a run of cells, and yield its texts."""
        front, back = _hex(style.color, True), _hex(style.bgcolor, False) or background
        front = front or "#d8dde0"
        if style.reverse:
            front, back = back, front
        if style.dim:
            front = _between(front, back)
        if back != background:
            self._box(back, x * WIDE, y * HIGH, cell_len(text) * WIDE, HIGH)
        for place, sign in enumerate(text):
            self._sign(sign, front, (x + place) * WIDE, y * HIGH)
        for found in _WORDS.finditer(text):
            words = found[0]
            if len(words) == 1 and self._is_drawn(words):
                continue
            yield (
                f'<text class="{self._class_of(front, style)}" x="{(x + cell_len(text[: found.start()])) * WIDE}" '
                f'y="{y * HIGH + _BASELINE}" textLength="{cell_len(words) * WIDE}" '
                f'lengthAdjust="spacingAndGlyphs">{escape(words, quote=False)}</text>'
            )

    def _class_of(self, front: str, style: Style) -> str:
        rule = f"fill:{front}"
        rule += ";font-weight:bold" if style.bold else ""
        rule += ";font-style:italic" if style.italic else ""
        rule += ";text-decoration:underline" if style.underline else ""
        return f"{self.name}-{self._classes.setdefault(rule, str(len(self._classes)))}"

    def _is_drawn(self, sign: str) -> bool:
        return sign in _ARMS or sign in _EIGHTHS_WIDE or sign in _EIGHTHS_HIGH or sign == "┈"

    def _sign(self, sign: str, front: str, x: float, y: float) -> None:
        """Draw bars and lines as boxes, since those of a font leave gaps between the cells."""
        if sign == " ":
            return
        if sign in _EIGHTHS_WIDE:
            self._box(front, x, y, WIDE * _EIGHTHS_WIDE.index(sign) / 8, HIGH)
        elif sign in _EIGHTHS_HIGH:
            part = HIGH * _EIGHTHS_HIGH.index(sign) / 8
            self._box(front, x, y + HIGH - part, WIDE, part)
        elif sign == "┈":
            for dash in range(3):
                self._box(front, x + dash * WIDE / 3 + 1, y + HIGH / 2, 1, 1)
        for arm in _ARMS.get(sign, ""):
            thick = 1 if arm.islower() else 2
            across, down = x + WIDE // 2, y + HIGH // 2
            match arm.lower():
                case "l":
                    self._box(front, x, down, WIDE // 2 + thick, thick)
                case "r":
                    self._box(front, across, down, WIDE - WIDE // 2, thick)
                case "u":
                    self._box(front, across, y, thick, HIGH // 2 + thick)
                case _:
                    self._box(front, across, down, thick, HIGH // 2)

    def _box(self, fill: str, x: float, y: float, width: float, height: float) -> None:
        self._shapes.setdefault(fill, []).append(f"M{x:g} {y:g}h{width:g}v{height:g}h{-width:g}z")


def _hex(color: Color | None, foreground: bool) -> str:
    if color is None or color.is_default:
        return ""
    return color.get_truecolor(DIMMED_MONOKAI, foreground).hex


def _between(front: str, back: str) -> str:
    pairs = ((int(one[at : at + 2], 16) for one in (front, back)) for at in (1, 3, 5))
    return "#" + "".join(f"{(3 * a + 2 * b) // 5:02x}" for a, b in pairs)


def drawn(app: App[Any], name: str, title: str) -> str:
    """Return what stands on the screen of a running program, as SVG."""
    # Textual's own export names a font to fetch, draws the window of one system, and has a name that changes
    update = app.screen._compositor.render_full_update(simplify=True)
    rows = [[segment for strip in strips for segment in strip] for strips in update.strips]
    return Drawing(name, title, rows).svg(app.theme_variables["background"].lower())

# -- the programs that are played

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
    return load_knowledge(ROOT / "knowledge")


@cache
def interpreter() -> Interpreter:
    return Interpreter(knowledge())


def clock() -> Callable[[], datetime]:
    """Return a clock that goes on by five seconds each time it is looked at."""
    looks = iter(range(1_000_000))
    return lambda: BEGUN + timedelta(seconds=5 * next(looks))


def interview(*replies: str, first: bool = False) -> Interview:
    """Return an interview that has got this far."""
    made = Interview.start(
        knowledge(), interpreter=interpreter(), clock=clock(), session=SESSION, seed=1, first=first
    )
    if replies:
        made.begin()
    for reply in replies:
        made.reply(reply)
    return made


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
        for box in self.app.screen.query(TextArea):
            box.cursor_blink = False
        await self.pilot.pause()

    def _is_ready(self) -> bool:
        main = self.app.main_screen if isinstance(self.app, (InterviewApp, ReplayApp)) else None
        return main is not None and main._differential_ready

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def put(self, text: str) -> None:
        """Put a text into the input that has the focus."""
        assert self.app.focused is not None
        self.app.focused.post_message(events.Paste(text))
        await self.settle()

    async def send(self, *texts: str) -> None:
        for text in texts:
            await self.put(text)
            await self.press("enter")


Act = Callable[[Stage], Awaitable[None]]


@dataclass(frozen=True)
class Picture:
    """What is drawn."""

    title: str
    program: Callable[[Settings], TerminalApp]
    act: Act
    size: tuple[int, int] = (110, 32)
    theme: str = "dark"


def held(*replies: str, first: bool = False) -> Callable[[Settings], TerminalApp]:
    """Return what makes the program in which an interview has got this far."""
    return lambda settings: InterviewApp(lambda: interview(*replies, first=first), settings)


def keys(*names: str) -> Act:
    """Return what presses keys."""

    async def act(stage: Stage) -> None:
        for name in names:
            await stage.press(name)

    return act


def replies(*texts: str, then: Act | None = None) -> Act:
    """Return what sends replies."""

    async def act(stage: Stage) -> None:
        await stage.send(*texts)
        if then is not None:
            await then(stage)

    return act


async def corrected(stage: Stage) -> None:
    """Correct one of the answers in their list."""
    await stage.press("f2")
    for _ in range(GCSF_PLACE):
        await stage.press("down")
    await stage.press("enter")
    await stage.send("no")


GCSF_PLACE = 7
"""Place of G-CSF in the list of answers, from 0."""


def demo(settings: Settings) -> TerminalApp:
    """Return the demo, standing where the misread scan is set right."""
    played = play_demo(knowledge())
    player = demo_player(played)
    player.playing = False
    player.jump(9)
    return ReplayApp(player, f"Demo: {played.case.title}", settings)


def saved() -> Transcript:
    """Return the transcript of a whole conversation."""
    return Transcript(tuple(interview(*CASE, *REST, "/stop").lines))


def edited() -> KnowledgeBase:
    """Return the knowledge after an author has changed one table, to show what that moves."""
    known = knowledge()
    emh = known.diagnoses["emh"]
    table = ("gcsf", "no_chemotherapy")
    row = replace(emh.context_rows[table], p={"yes": 0.3, "no": 0.7})
    emh = replace(emh, context_rows={**emh.context_rows, table: row})
    return replace(known, diagnoses={**known.diagnoses, "emh": emh}, sha256="edited")


def replayed(*, turn: int, checked: bool = False, hidden: bool = False) -> Callable[[Settings], TerminalApp]:
    """Return what makes a replay that stands at a turn."""

    def program(settings: Settings) -> TerminalApp:
        then, today = saved(), edited() if checked else knowledge()
        comparison = compare(then, today) if checked else None
        return ReplayApp(Player(then, today, comparison=comparison, turn=turn, hidden=hidden), "", settings)

    return program


PICTURES: Mapping[str, Picture] = {
    "interview": Picture("An interview after three replies", held(*CASE[:1]), replies(*CASE[1:])),
    "first-start": Picture("The first start", held(first=True), keys(), (100, 24)),
    "receipt": Picture("What was read from a pasted report", held(), replies(REPORT)),
    "correction": Picture("An answer corrected, with before and after", held(*CASE), corrected),
    "why": Picture("Why a question is asked", held(*CASE[:2]), keys("f3")),
    "evidence": Picture("The numbers behind a question", held(*CASE), keys("f8")),
    "differential": Picture(
        "The whole differential", held(*CASE, *REST), keys("f4"), (130, 36)
    ),
    "basis": Picture("What one reason rests on", held(*CASE, *REST), keys("f4", "enter", "enter")),
    "tests": Picture("The tests that would tell most", held(*CASE), keys("f5")),
    "alerts": Picture("Alerts and advice", held(*CASE), keys("f7")),
    "report": Picture("The report sheet", held(*CASE, *REST), keys("ctrl+r")),
    "demo": Picture("The demo with a remark", demo, keys()),
    "check": Picture("A replay beside today", replayed(turn=2, checked=True), keys()),
    "moves": Picture("All that differs", replayed(turn=2, checked=True), keys("l")),
    "hidden": Picture("The differential is hidden", replayed(turn=3, hidden=True), keys("right"), (100, 24)),
    "light": Picture("Light", held(*CASE), keys("f1"), theme="light"),
    "narrow": Picture("Narrow", held(*CASE[:2]), replies(*CASE[2:]), (60, 16)),
}
"""Name -> picture."""


async def draw(name: str) -> str:
    """Play what a picture shows, and return the picture."""
    picture = PICTURES[name]
    app = picture.program(Settings(theme=picture.theme, ascii=False))
    async with app.run_test(size=picture.size) as pilot:
        stage = Stage(app, pilot)
        await stage.settle()
        await picture.act(stage)
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
