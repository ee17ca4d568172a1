"""How to cite the collection, and where its repository is: read from ``CITATION.cff``."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from khtip.reading.site.library import SiteError

SETTING = "KHTIP_REPOSITORY"
_HOSTS = {"https://github.com/": "gh", "https://gitlab.com/": "gl"}


def read_citation(root: Path) -> dict[str, Any]:
    """Return what ``CITATION.cff`` says.

    Raises
    ------
    SiteError
        When there is no such file.
    """
    path = root / "CITATION.cff"
    if not path.is_file():
        raise SiteError(f"{path}: no such file. It says how the collection is cited.")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def authors(citation: dict[str, Any]) -> list[str]:
    """Return the authors' names.

    Examples
    --------
    >>> authors({"authors": [{"name": "The makers"},
    ...                      {"given-names": "Ada", "family-names": "Lovelace"}]})
    ['The makers', 'Lovelace, Ada']
    """
    return [
        one.get("name")
        or ", ".join(filter(None, [one.get("family-names"), one.get("given-names")]))
        for one in citation["authors"]
    ]


def as_text(citation: dict[str, Any]) -> str:
    """Return the reference as one line of text.

    Examples
    --------
    >>> as_text({"authors": [{"name": "The makers"}], "title": "Figures", "version": "0.1"})
    'The makers. Figures. Version 0.1.'
    """
    when = f" ({_year(citation)})" if _year(citation) else ""
    where = [citation[key] for key in ("doi", "repository-code", "url") if key in citation]
    said = [f"{'; '.join(authors(citation))}{when}", citation["title"]]
    said += [f"Version {citation['version']}"] + [str(one) for one in where[:1]]
    return ". ".join(said) + "."


def as_bibtex(citation: dict[str, Any], *, key: str = "khtip") -> str:
    """Return the reference as BibTeX.

    Examples
    --------
    >>> makers = [{"name": "The makers"}]
    >>> print(as_bibtex({"authors": makers, "title": "Figures", "version": "0.1"}))
    @software{khtip,
      author  = {{The makers}},
      title   = {{Figures}},
      version = {0.1},
    }
    """
    names = [
        f"{{{name}}}" if "name" in one else name
        for one, name in zip(citation["authors"], authors(citation), strict=True)
    ]
    fields = {
        "author": " and ".join(names),
        "title": f"{{{citation['title']}}}",
        "version": citation["version"],
        "year": _year(citation),
        "doi": citation.get("doi"),
        "url": citation.get("repository-code") or citation.get("url"),
    }
    lines = [f"  {name:7} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@software{{{key},", *lines, "}"])


def _year(citation: dict[str, Any]) -> str:
    return str(citation.get("date-released", ""))[:4]


def repository(citation: dict[str, Any]) -> str | None:
    """Return the address of the public repository, or None when none is known.

    ``repository-code`` in ``CITATION.cff`` names it; the variable ``KHTIP_REPOSITORY`` overrides
    it, for forks that publish their own site.

    Raises
    ------
    SiteError
        When the address is not one of the web.
    """
    chosen = os.environ.get(SETTING) or citation.get("repository-code")
    if not chosen:
        return None
    if not re.fullmatch(r"https://[\w.-]+/[\w./~-]+", chosen):
        raise SiteError(
            f"{chosen!r} is no address of a repository. Expected https://HOST/OWNER/NAME in "
            f"{SETTING}, or as repository-code in CITATION.cff."
        )
    return chosen.rstrip("/").removesuffix(".git")


def binder(address: str, path: str = "") -> str:
    """Return the address that opens the repository at mybinder.org, with the file at `path`.

    Examples
    --------
    >>> binder("https://github.com/owner/name", "notebooks/00-start-here.ipynb")
    'https://mybinder.org/v2/gh/owner/name/HEAD?urlpath=lab%2Ftree%2Fnotebooks%2F00-start-here.ipynb'
    >>> binder("https://codeberg.org/owner/name")
    'https://mybinder.org/v2/git/https%3A%2F%2Fcodeberg.org%2Fowner%2Fname/HEAD'
    """
    place = f"git/{quote(address, safe='')}"
    for host, short in _HOSTS.items():
        if address.startswith(host):
            name = address.removeprefix(host)
            place = f"{short}/{name if short == 'gh' else quote(name, safe='')}"
    opened = f"?urlpath={quote(f'lab/tree/{path}', safe='')}" if path else ""
    return f"https://mybinder.org/v2/{place}/HEAD{opened}"
