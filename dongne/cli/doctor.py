"""The command that looks for the usual faults of an installation."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Annotated

import typer

from dongne.cli.commands import command
from dongne.cli.session import Session
from dongne.errors import EvidenceMismatch
from dongne.health import Finding, Standing, Surroundings, examine
from dongne.language import _, _n, translated

app = typer.Typer()


@dataclass(eq=False)
class FaultsFound(EvidenceMismatch):
    """The examination found faults."""

    template = _n(
        "{count} fault was found. The list says what to do.", "{count} faults were found. The list says what to do."
    )
    count: int


@command(app, epilog=_("Example: dongne doctor --keystore ~/keys/relayer.json"))
def doctor(
    session: Session,
    keystore: Annotated[
        list[Path] | None,
        typer.Option("--keystore", help=_("Keystores to look at too; may be repeated; else DONGNE_KEYSTORE")),
    ] = None,
    secret: Annotated[
        list[Path] | None,
        typer.Option("--secret", help=_("Other files that only their owner may read; may be repeated")),
    ] = None,
) -> None:
    """Look for the usual faults of an installation, each with what to do. Ends with exit code 1 where one is found."""
    settings = session.settings
    named = [each for each in (settings.keystore,) if each] if keystore is None else keystore
    secrets = [each for each in (settings.password_file, *(secret or ())) if each]
    at = Surroundings(
        chain=lambda: session.chain,
        chain_id=settings.chain_id,
        book=lambda: session.book,
        folder=settings.deployments,
        keystores=named,
        secrets=secrets,
        now=time(),
        store=lambda: session.store if session.has_store else None,
        store_is_set=settings.store is not None,
    )
    found = list(examine(at))
    session.show([_as_json(each) for each in found], lambda: _table(session, found))
    if faults := Counter(each.standing for each in found)[Standing.FAULT]:
        raise FaultsFound(faults)


def _as_json(finding: Finding) -> dict[str, object]:
    return {
        "subject": translated(finding.subject, "en"),
        "standing": finding.standing.name.lower(),
        "found": finding.what.text("en"),
        "fix": finding.fix.text("en") if finding.fix else None,
    }


def _table(session: Session, found: list[Finding]) -> object:
    language = session.settings.language
    rows = [
        (each.standing, translated(each.subject, language), each.what, each.fix.text(language) if each.fix else "")
        for each in found
    ]
    columns = [_("standing"), _("subject"), _("found"), _("what to do")]
    return session.table(session.text(_("Examination")), columns, rows)
