"""The steps from one schema version to the next. Once a step is on main it is never altered: the next one follows.

A step is a module with ``STATEMENTS``; each runs together with its version bump in one transaction (database.py).
"""

from collections.abc import Sequence

from mcassess.store.migrations import step_1, step_2, step_3, step_4, step_5, step_6, step_7, step_8, step_9, step_10

STEPS: tuple[Sequence[str], ...] = tuple(
    step.STATEMENTS for step in (step_1, step_2, step_3, step_4, step_5, step_6, step_7, step_8, step_9, step_10)
)
"""Statements that lead from version n to n + 1, by n."""
