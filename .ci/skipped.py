"""Fails when a test marked gold or shared was skipped, or there is none: ``python .ci/skipped.py JUNIT.XML``.

tests/conftest.py writes the markers into the report. Other skips are only listed.
"""

import sys
from xml.etree import ElementTree

needed = skipped = missed = 0
for case in ElementTree.parse(sys.argv[1]).iter("testcase"):
    marked = case.find("properties/property[@name='marker']") is not None
    needed += marked
    for skip in case.iterfind("skipped[@type='pytest.skip']"):  # an expected failure has another type
        skipped += 1
        missed += marked
        print("MISSED" if marked else "skipped", case.get("classname"), case.get("name"), skip.get("message"), sep=": ")
print(f"{skipped} tests skipped, {missed} of the {needed} that are marked gold or shared")
sys.exit(bool(missed) or not needed)
