"""Sections of the report, one file each; every one makes blocks from the context."""
