"""Numbered steps from one schema version to the next, each with its version bump in one transaction."""
