"""The command that writes the index's tables to files."""

from pathlib import Path
from typing import Annotated

import typer

from dongne.cli.commands import command
from dongne.cli.session import Session
from dongne.export import Format, export
from dongne.indexer.errors import NoIndex
from dongne.language import _
from dongne.store.progress import progress_of

app = typer.Typer()


@command(app, "export", epilog=_("Example: dongne export payments accounts --out exported"))
def run(
    session: Session,
    tables: Annotated[list[str] | None, typer.Argument(help=_("Tables to write; all where none is named"))] = None,
    out: Annotated[Path, typer.Option("--out", help=_("Folder of the files"))] = Path("export"),
    form: Annotated[Format, typer.Option("--format", help=_("How they are written"))] = Format.PARQUET,
) -> None:
    """Write the index's tables to files, for DuckDB, Spark, pandas or a spreadsheet."""
    with session.store.reading() as connection:
        if progress_of(connection) is None:
            raise NoIndex(session.store.address)
    with session.progress(_("writing rows"), 0) as heard:
        found = export(session.store, out, tables or (), form, heard)
    data = {str(file): rows for file, rows in found.items()}
    rows = [(str(file), count) for file, count in found.items()]
    session.show(data, lambda: session.table(session.text(_("Exported")), (_("file"), _("rows")), rows))
