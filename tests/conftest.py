"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # how fast an example runs says nothing on a busy machine
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def _no_tables_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the person who runs the tests has made for herself (kg gazetteer build) changes no result."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KG_DATA", str(tmp_path_factory.mktemp("user-data")))
        for name in ("KG_SCHEME", "KG_ABOUT", "SOURCE_DATE_EPOCH"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared reference folder beside the checkout; the test is skipped where there is none."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the shared reference folder is not beside this checkout (../shared)")
    return folder


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that take the fixture `shared`; write the markers into JUnit reports, where .ci/skipped.py looks."""
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("shared")
        item.user_properties += [("marker", name) for name in ("gold", "shared") if item.get_closest_marker(name)]
