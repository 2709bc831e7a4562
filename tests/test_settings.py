"""The configuration file and the theme that is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.settings import Settings, example_settings, keep_theme, kept_theme, read_settings

ACTIONS = {
    "help": "f1",
    "why": "f3",
    "report": "ctrl+r,f9",
    "undo": "ctrl+z",
    "wider": "plus",
    "back": "escape",
}
TAKEN = ("ctrl+z", "ctrl+v", "tab", "enter")


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[str]:
    path = write(folder, text)
    with pytest.raises(UsageError) as caught:
        read_settings(path, actions=ACTIONS, taken=TAKEN)
    assert caught.value.exit_code == 2
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{path}:") for line in lines)
    return [line.removeprefix(f"{path}:") for line in lines]


# -- what is read


def test_without_a_file_nothing_is_set(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none.toml") == Settings(None, {}, None)


def test_an_empty_file_sets_nothing(tmp_path: Path) -> None:
    assert read_settings(write(tmp_path, "")) == Settings()


def test_everything_can_be_set(tmp_path: Path) -> None:
    text = 'theme = "light"  # bright room\nascii = true\n[keys]\nhelp = "f8"\nwhy = "ctrl+w, alt+down"\n'
    found = read_settings(write(tmp_path, text), actions=ACTIONS, taken=TAKEN)
    assert found == Settings("light", {"help": "f8", "why": "ctrl+w,alt+down"}, True)


def test_the_file_is_the_one_the_environment_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMH_CONFIG", str(write(tmp_path, "ascii = false")))
    assert read_settings() == Settings(ascii=False)


def test_without_the_environment_it_lies_in_the_xdg_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EMH_CONFIG", raising=False)
    monkeypatch.setattr("platformdirs.user_config_path", lambda name, appauthor: tmp_path / name)
    (tmp_path / "emh").mkdir()
    write(tmp_path / "emh", 'theme = "dark"')
    assert read_settings().theme == "dark"


@pytest.mark.parametrize(
    ("spelled", "read"),
    [
        ("F5", "f5"),
        ("Shift+Ctrl+F5", "ctrl+shift+f5"),
        ("f5, f5", "f5"),
        ("alt+plus", "alt+plus"),
        ("ctrl+backslash", "ctrl+backslash"),
    ],
)
def test_keys_are_read_as_textual_spells_them(spelled: str, read: str, tmp_path: Path) -> None:
    path = write(tmp_path, f'[keys]\nhelp = "{spelled}"')
    assert read_settings(path, actions=ACTIONS, taken=TAKEN).keys == {"help": read}


@pytest.mark.parametrize(
    "text",
    [
        '[keys]\nhelp = "f3"\nwhy = "f1"',
        '[keys]\nundo = "ctrl+z"',
        '[keys]\nwider = "plus"',
        '[keys]\nhelp = "f9"\nreport = "ctrl+r"',
        'keys = {help = "f8"}',
        'keys.help = "f8"',
        '["keys"]\n"help" = "f8"',
    ],
    ids=["swapped", "as it is", "a sign as it is", "set free by another", "inline", "dotted", "quoted"],
)
def test_these_keys_go_together(text: str, tmp_path: Path) -> None:
    assert read_settings(write(tmp_path, text), actions=ACTIONS, taken=TAKEN).keys


def test_two_screens_may_share_a_key_they_share_when_nothing_is_set(tmp_path: Path) -> None:
    actions = {"back": "escape", "leave": "escape"}
    text = '[keys]\nback = "escape,f12"\nleave = "escape"'
    assert read_settings(write(tmp_path, text), actions=actions).keys["back"] == "escape,f12"


def test_without_a_list_of_actions_only_their_keys_are_checked(tmp_path: Path) -> None:
    assert read_settings(write(tmp_path, '[keys]\nanything = "f1"')).keys == {"anything": "f1"}
    with pytest.raises(UsageError, match="f1 is the key of one already"):
        read_settings(write(tmp_path, '[keys]\none = "f1"\ntwo = "f1"'))


# -- what is refused


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('\nthme = "dark"', "2: there is no setting 'thme'; did you mean 'theme'?"),
        ("[colours]\nred = 1", "1: there is no setting 'colours'; there are theme, ascii, keys"),
        ("\n[[colours]]\nred = 1", "2: there is no setting 'colours'; there are theme, ascii, keys"),
        ('theme = "lihgt"', "1: there is no theme 'lihgt'; did you mean 'light'?"),
        ("theme = 3", "1: there is no theme 3; there are dark, light"),
        ("theme = ['dark']", "1: there is no theme ['dark']; there are dark, light"),
        ('# so\nascii = "yes"', "2: ascii is true or false, not 'yes'"),
        ("ascii = 1", "1: ascii is true or false, not 1"),
        ("keys = 3", "1: keys is a table of actions, not 3; write [keys] on its own line"),
        ('[keys]\n\nhlep = "f8"', "3: there is no action 'hlep'; did you mean 'help'?"),
        ('[keys]\nzoom = "f8"', "2: there is no action 'zoom'; there are help, why,"),
        ("keys.help = 8", '1: help takes keys as text, as "f1" or "ctrl+r,f9", not 8'),
        ('keys = {help = "F25"}', "1: there is no key 'F25'; did you mean 'f"),
        ('[keys]\nhelp = "pgup"', "2: there is no key 'pgup'; did you mean 'pageup'?"),
        ('[keys]\nhelp = "control+s"', "2: there is no key 'control+s'; did you mean 'ctrl'?"),
        ('[keys]\nhelp = ""', "2: there is no key ''; keys are spelled as f1, ctrl+s and alt+down"),
        ('[keys]\nhelp = "h"', "2: h is typed in a reply; put ctrl+ or alt+ before it"),
        ('[keys]\nhelp = "shift+h"', "2: shift+h is typed in a reply"),
        ('[keys]\nhelp = "space"', "2: space is typed in a reply"),
        ('[keys]\nhelp = "ctrl+v"', "2: ctrl+v edits or sends what is typed; choose another"),
        ('[keys]\nhelp = "ctrl+i"', "2: tab edits or sends what is typed; choose another"),
        ('[keys]\nhelp = "ctrl+z"', "2: ctrl+z is the key of undo already; choose another, or give undo one"),
        ('[keys]\nhelp = "f3"', "2: f3 is the key of why already; choose another, or give why one"),
        ('[keys]\nhelp = "f8"\nwhy = "F8"', "3: f8 is the key of help already"),
        ("theme = light", "1: this is no TOML (Invalid value); write name = value, with text in quotes"),
        ('ascii = true\ntheme = "light', "2: this is no TOML ("),
        ("ascii = true\nascii = true", "2: this is no TOML ("),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_instead(text: str, told: str, tmp_path: Path) -> None:
    (found,) = problems(tmp_path, text)
    assert found.startswith(told)


def test_every_mistake_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = 'ascii = 1\ntheme = "drak"\n[keys]\nhelp = "f3"\nzoom = 1\n[rest]\n'
    assert [line.partition(":")[0] for line in problems(tmp_path, text)] == ["1", "2", "4", "5", "5", "6"]


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="make it readable, or remove it"):
        read_settings(tmp_path)
    (tmp_path / "config.toml").write_bytes(b"theme = '\xff'")
    with pytest.raises(UsageError, match="save it as UTF-8"):
        read_settings(tmp_path / "config.toml")


# -- the example


def test_the_example_names_every_option_and_sets_none(tmp_path: Path) -> None:
    text = example_settings(ACTIONS, {"help": "the keys"})
    assert read_settings(write(tmp_path, text), actions=ACTIONS, taken=TAKEN) == Settings()
    assert '# report = "ctrl+r,f9"\n' in text
    assert any(line.startswith("# help") and line.endswith("  # the keys") for line in text.splitlines())


def test_the_example_holds_when_all_of_it_is_set(tmp_path: Path) -> None:
    first, *lines = example_settings(ACTIONS).splitlines()
    path = write(tmp_path, "\n".join([first, *(line.removeprefix("# ") for line in lines)]))
    assert read_settings(path, actions=ACTIONS, taken=TAKEN) == Settings("light", ACTIONS, True)


# -- the kept theme


def test_a_theme_is_kept_in_the_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMH_STATE", str(tmp_path / "state"))
    assert kept_theme() is None
    keep_theme("light")
    keep_theme("dark")
    assert kept_theme() == "dark"
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["theme"]


@pytest.mark.parametrize("kept", [b"purple\n", b"", b"\xff"])
def test_a_kept_theme_that_makes_no_sense_is_none(
    kept: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMH_STATE", str(tmp_path))
    (tmp_path / "theme").write_bytes(kept)
    assert kept_theme() is None


def test_that_nothing_can_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("EMH_STATE", str(tmp_path / "file"))
    keep_theme("light")
    assert kept_theme() is None
    monkeypatch.setenv("EMH_STATE", str(tmp_path))
    (tmp_path / "theme").mkdir()
    keep_theme("light")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "theme"]
