"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # how fast an example runs says nothing on a busy machine
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared reference folder beside the checkout; the test is skipped where there is none."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the shared reference folder is not beside this checkout (../shared)")
    return folder
