"""The templates that stand beside the modules which fill them, and a count with its noun."""

from pathlib import Path
from typing import Any

import jinja2


def template(beside: str, name: str, *, escape: bool, **words: Any) -> jinja2.Template:
    """Return the template `name` that lies beside a module's ``__file__``.

    With `escape`, for HTML and XML, text from data is never markup. The template may call `words`,
    also as filters.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(beside).parent),
        autoescape=escape,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= words
    environment.filters |= words
    return environment.get_template(name)


def counted(number: int, word: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> counted(1, "verdict"), counted(1200, "table")
    ('1 verdict', '1,200 tables')
    """
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
