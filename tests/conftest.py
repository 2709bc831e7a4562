"""How properties are tried: anew at each run here, alike where CI is set; and folders of the tests' own."""

from __future__ import annotations

import atexit
import os
import tempfile
from pathlib import Path

from hypothesis import settings

# a slow machine is no defect, so no example has a deadline
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

# no fixture, since some tests read the knowledge while they are collected
_own = tempfile.TemporaryDirectory(prefix="emh-tests-")
atexit.register(_own.cleanup)
os.environ["EMH_CACHE"] = str(Path(_own.name, "cache"))
os.environ["EMH_STATE"] = str(Path(_own.name, "state"))
os.environ["EMH_CONFIG"] = str(Path(_own.name, "config.toml"))
