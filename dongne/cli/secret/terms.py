"""How secret polls are printed."""

from datetime import UTC, datetime
from typing import Any

from dongne.ballot.secret import SecretPollSpec
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.cli.tallies import terms, terms_facts
from dongne.language import _


def secret_terms(spec: SecretPollSpec) -> dict[str, Any]:
    """What was decided about a secret poll, as JSON."""
    return {
        **terms(spec.poll),
        "registration_end": datetime.fromtimestamp(spec.registration_end, UTC).isoformat(),
        "least_members": spec.least_members,
        "verifier": spec.verifier,
    }


def secret_terms_facts(session: Session, spec: SecretPollSpec, eligible: int) -> list[Fact]:
    """What was decided about a secret poll, for people; `eligible` voters of its roll may vote."""
    return [
        *terms_facts(session, spec.poll, eligible),
        Fact(_("registration until"), session.time(spec.registration_end)),
        Fact(_("takes place with at least"), spec.least_members),
        Fact(_("verifier"), spec.verifier),
    ]
