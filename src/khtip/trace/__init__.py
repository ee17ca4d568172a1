"""From a figure, a finding or a row back to the published statements it rests on."""

from khtip.trace.basis import UnknownName, basis, statements

__all__ = ["UnknownName", "basis", "statements"]
