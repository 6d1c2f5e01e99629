"""What one check found."""

from dataclasses import dataclass

from dongne.language import Message, Readable, Template, Word, _


class Standing(Word):
    """How something stands."""

    FINE = 0, _("fine")
    WEAK = 1, _("weak")
    FAULT = 2, _("fault")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes:
        subject: what was looked at, English.
        standing: how it stands.
        what: what was found.
        fix: what to do; None where nothing is to be done.
    """

    subject: Template
    standing: Standing
    what: Readable
    fix: Readable | None = None


def fine(subject: Template, what: Template, **values: object) -> Finding:
    """Nothing is to be done."""
    return Finding(subject, Standing.FINE, Message(what, values))


def weak(subject: Template, what: Template, fix: Template, **values: object) -> Finding:
    """It works, but should be better."""
    return Finding(subject, Standing.WEAK, Message(what, values), Message(fix, values))


def fault(subject: Template, what: Template, fix: Template, **values: object) -> Finding:
    """It does not work, or is not safe."""
    return Finding(subject, Standing.FAULT, Message(what, values), Message(fix, values))
