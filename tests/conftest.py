"""How properties are tried: anew at each run here, the same each time where CI is set."""

from __future__ import annotations

import os

from hypothesis import settings

# a slow machine is no defect, so no example has a deadline
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
