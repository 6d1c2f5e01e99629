"""The first set-up took minutes and said nothing in between."""

import re

from tests.machine import Machine


def test_the_first_set_up_says_what_it_does_and_how_far_it_is(tmp_path):
    said = Machine(tmp_path / "machine").setup().stderr

    assert len(re.findall(r"^dongne: +\d+ s  [1-7]/7  ", said, re.MULTILINE)) == 7
