"""The data dictionary: every table of the Data Package with its columns, licence and sources."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from docutils import nodes

from khtip.site import markup
from khtip.site.library import Library
from khtip.site.markup import paragraph

FOLDERS = {
    "reported": "Reported: the figures as published",
    "context": "Context: other people's tables, as published",
    "lookups": "Lookups: definitions, codes and preferences",
    "clean": "Clean: figures with bounds, and verdicts on them",
    "results": "Results: what the notebooks computed",
}
HEADER = ("column", "type", "what it holds", "HXL tag")


def dictionary(library: Library, *, up: str) -> list[nodes.section]:
    """Return one section a folder of the Data Package, with one section a table."""
    resources = sorted(library.package["resources"], key=lambda one: _place(one["path"]))
    return [
        markup.section(
            FOLDERS.get(folder, folder.capitalize()),
            *(_table(one, up) for one in tables),
            anchor=f"folder-{folder}",
        )
        for folder, tables in groupby(resources, key=lambda one: one["path"].split("/")[0])
    ]


def _place(path: str) -> int:
    folder = path.split("/")[0]
    return list(FOLDERS).index(folder) if folder in FOLDERS else len(FOLDERS)


def _table(resource: dict[str, Any], up: str) -> nodes.section:
    path = f"{up}data/{resource['path']}"
    schema = resource["schema"]
    licences = [markup.link(one["title"], one.get("path", "")) for one in resource["licenses"]]
    origins = [
        markup.link(one["title"], one["path"]) if "path" in one else one["title"]
        for one in resource.get("sources", [])
    ]
    key = schema.get("primaryKey", [])
    columns = [key] if isinstance(key, str) else key
    return markup.section(
        f"{resource['title']} ({resource['path']})",
        paragraph(resource["description"]),
        paragraph(
            "Download: ",
            markup.file(resource["path"].split("/")[-1], path),
            ". Licence: ",
            *markup.joined(licences, "; "),
            ".",
            *([" Origin: ", *markup.joined(origins, "; "), "."] if origins else []),
            f" One row is named by: {', '.join(columns)}." if columns else "",
            classes=["downloads"],
        ),
        markup.table(HEADER, [_column(one) for one in schema["fields"]]),
        anchor=f"table-{resource['name']}",
    )


def _column(field: dict[str, Any]) -> list[Any]:
    lookup = field.get("lookup")
    codes = f" Codes: {lookup['resource']}." if lookup else ""
    needed = field.get("constraints", {}).get("required")
    expected = f" Expected: {field['expected']}." if "expected" in field else ""
    holds = f"{field['description']}{expected}{codes}{' Never empty.' if needed else ''}"
    return [
        [markup.code(field["name"])],
        field["type"],
        holds,
        [markup.code(field["hxl"])] if field.get("hxl") else "",
    ]
