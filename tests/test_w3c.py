"""The W3C's own tests of the protocols hold, all of them: see `tests.w3c_protocol`."""

from __future__ import annotations

from collections import Counter

from tests import w3c_protocol


def test_all_tests_of_the_protocols_pass() -> None:
    found = dict(w3c_protocol.everything(w3c_protocol.saved()))
    assert {name: why for name, why in found.items() if why} == {}
    assert Counter(name.partition("/")[0] for name in found) == {
        "protocol": 27,
        "protocol with updates": 34,
        "graph-store": 13,
        "service-description": 3,
    }
