"""Adds up what all suites report, and fails where a test was skipped or none ran."""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree

passed = failed = skipped = 0
for report in pathlib.Path(sys.argv[1]).glob("*/target/*-reports/TEST-*.xml"):
    suite = ElementTree.parse(report).getroot()
    bad = int(suite.get("failures")) + int(suite.get("errors"))
    off = int(suite.get("skipped"))
    failed += bad
    skipped += off
    passed += int(suite.get("tests")) - bad - off
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed or skipped or not passed else 0)
