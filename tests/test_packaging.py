"""The wheel, installed where nothing of the checkout can be seen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import venv
from importlib.metadata import Distribution, PathDistribution, distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
CASE = ROOT / "tests" / "cases" / "thalassemia.case.yaml"


def site_packages(environment: Path) -> Path:
    """Return the folder of the packages in `environment`."""
    return next(environment.glob("lib/python*/site-packages"))


def needed(dist: Distribution, extras: frozenset[str] = frozenset()) -> dict[str, Distribution]:
    """Return what `dist` declares that it needs, and what that needs in turn, by name."""
    found: dict[str, Distribution] = {}
    waiting = [(dist, extras)]
    seen = set()
    while waiting:
        parent, wanted = waiting.pop()
        for line in parent.requires or ():
            requirement = Requirement(line)
            marker = requirement.marker
            if marker and not any(marker.evaluate({"extra": extra}) for extra in wanted | {""}):
                continue
            child = distribution(requirement.name)
            step = (child.name, frozenset(requirement.extras))
            if step not in seen:
                seen.add(step)
                found[child.name] = child
                waiting.append((child, step[1]))
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel built from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    built = subprocess.run(build, capture_output=True, check=False, encoding="utf-8", cwd=folder, timeout=300)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("emh-*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new environment that holds the wheel and what it declares that it needs."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    venv.create(folder, with_pip=True, system_site_packages=False)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--no-index", "--no-deps", str(wheel)], check=True, cwd=folder, timeout=300)
    # Copied from the environment of the tests, since a test uses no network. Only what the metadata of the
    # wheel asks for is copied, so a dependency that pyproject.toml forgets is missing here.
    packages = site_packages(folder)
    installed = PathDistribution(next(packages.glob("emh-*.dist-info")))
    for dist in needed(installed).values():
        for file in dist.files or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                (packages / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(file.locate()), packages / file)
    return folder


def emh(environment: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed `emh` from the root folder, with nothing that leads back to the checkout."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("EMH_", "PYTHON", "XDG_"))
    }
    return subprocess.run(
        [str(environment / "bin" / "emh"), *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
        cwd="/",
        env=kept | {"HOME": str(environment), "PYTHONUTF8": "1"},
        timeout=120,
    )


def test_wheel_carries_the_data_and_nothing_beside_the_package(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
    data = {
        f"assistant/_data/{path.relative_to(ROOT).as_posix()}"
        for folder in ("dialogs", "knowledge")
        for path in (ROOT / folder).rglob("*.yaml")
    }
    assert data
    assert data | {"assistant/py.typed"} <= names
    styles = {path.relative_to(ROOT).as_posix() for path in (ROOT / "assistant").rglob("*.tcss")}
    assert styles <= names
    assert {name.partition("/")[0] for name in names} == {"assistant", "emh-0.1.0.dist-info"}


def test_installed_emh_plays_a_case_from_any_folder(environment: Path, tmp_path: Path) -> None:
    case = shutil.copy(CASE, tmp_path)
    finished = emh(environment, "test", str(case))
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_installed_emh_checks_its_own_copy_of_the_data(environment: Path) -> None:
    finished = emh(environment, "check")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    script = next((site_packages(environment) / "assistant" / "_data" / "dialogs").glob("*.yaml"))
    whole = script.read_text(encoding="utf-8")
    script.write_text("opening: [", encoding="utf-8")
    try:
        finished = emh(environment, "check")
    finally:
        script.write_text(whole, encoding="utf-8")
    assert finished.returncode == 3, finished.stdout + finished.stderr
    assert script.name in finished.stdout + finished.stderr


def test_both_lists_of_developer_tools_are_equal() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["optional-dependencies"]["dev"] == project["dependency-groups"]["dev"]
