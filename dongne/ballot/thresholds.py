"""Thresholds as people write them: "at least 1/3 of eligible", "more than 50% of valid"."""

import re
from fractions import Fraction

from dongne.ballot.errors import NotAThreshold
from dongne.ballot.outcomes import Measure, Threshold

_NAMES = {"eligible": Measure.ELIGIBLE, "ballots": Measure.BALLOTS, "valid": Measure.VALID, "support": Measure.SUPPORT}
_MOST = 2**32 - 1
_FORM = re.compile(
    r"(?:(?P<part>ballots|valid|support) )?(?P<how>at least|more than) "
    r"(?:(?P<numerator>[0-9]{1,10})/(?P<denominator>[0-9]{1,10})|(?P<whole>[0-9]{1,3})(?:\.(?P<rest>[0-9]{1,6}))?%)"
    r" of (?P<of>eligible|ballots|valid)"
)


def threshold_of(name: str, text: str, part: Measure) -> Threshold:
    """A threshold from its text; shares are exact, in lowest terms.

    Args:
        name: of the setting, for messages.
        part: what must be large enough where the text does not say.

    Raises:
        NotAThreshold: another form, or a share that nothing can reach.
    """
    found = _FORM.fullmatch(text)
    share = _share(found) if found else None
    if found is None or share is None:
        raise NotAThreshold(name, text)
    more_than, whole = found["how"] == "more than", _NAMES[found["of"]]
    chosen = _NAMES[found["part"]] if found["part"] else part
    if share > 1 or (more_than and share == 1) or chosen <= whole or share.denominator > _MOST:
        raise NotAThreshold(name, text)
    return Threshold(chosen, whole, share.numerator, share.denominator, more_than)


def _share(found: re.Match[str]) -> Fraction | None:
    if found["whole"] is not None:
        rest = found["rest"] or ""
        return Fraction(int(found["whole"] + rest), 100 * 10 ** len(rest))
    denominator = int(found["denominator"])
    return Fraction(int(found["numerator"]), denominator) if denominator else None
