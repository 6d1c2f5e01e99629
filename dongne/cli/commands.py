"""How a function becomes a command: with a session, and with the options that every command takes."""

import inspect
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any, TypeVar

import typer

from dongne.cli.options import OF_A_SAFE, SendingOptions, SharedOptions
from dongne.cli.session import Session
from dongne.errors import ContractRefused

Function = TypeVar("Function", bound=Callable[..., None])


def command(
    app: typer.Typer, name: str | None = None, *, sends: bool = False, by_safe: bool = True, **settings: Any
) -> Callable[[Function], Function]:
    """Registers a function as a command; its first parameter is the `Session`, made from the shared options.

    Args:
        app: the group that it belongs to.
        name: of the command; that of the function where none is given.
        sends: whether it sends transactions and so takes the options of a sender.
        by_safe: whether a Safe can send them instead of a key.
        settings: as `typer.Typer.command` takes them, for example `epilog`.
    """

    def register(function: Function) -> Function:
        shared = _parameters(SharedOptions)
        sending = _parameters(SendingOptions) if sends else {}
        if not by_safe:
            sending = {name: each for name, each in sending.items() if name not in OF_A_SAFE}

        @wraps(function)
        def run(context: typer.Context, **values: Any) -> None:
            before = context.obj if isinstance(context.obj, SharedOptions) else SharedOptions()
            here = SharedOptions(**{option: values.pop(option) for option in shared})
            sender = SendingOptions(**{option: values.pop(option) for option in sending})
            session = Session.of(here.over(before), sender)
            try:
                function(session, **values)
            except ContractRefused as refused:
                refused.zone = session.zone
                raise

        _first, *own = inspect.signature(function, eval_str=True).parameters.values()
        context = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
        by_name = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
        parameters = [context, *by_name, *sending.values(), *shared.values()]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {each.name: each.annotation for each in parameters}
        app.command(name, **settings)(run)
        return function

    return register


def _parameters(kind: type) -> dict[str, inspect.Parameter]:
    return {
        each.name: inspect.Parameter(each.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=each.type)
        for each in fields(kind)
    }
