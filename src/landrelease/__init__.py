"""From scattered evidence of explosive ordnance to land proven safe: record, estimate, plan, prove."""

from importlib.metadata import version

__version__ = version("landrelease")
