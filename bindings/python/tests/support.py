"""What several tests use."""

from collections.abc import Callable
from pathlib import Path

import metra

TREE = Path(__file__).resolve().parents[3]
"""The top of the sources."""

SECONDS = 60
"""How long a program may take before a test calls it stuck."""

Open = Callable[..., metra.Registry]
Run = Callable[..., str]
