"""Step 6: the changes of a review lie together, numbered from its own key on, and need no index of their own.

A page less to write for each key that is typed. What follows is the number that row ids begin with: 2 to the 32.
"""

STATEMENTS = (
    "UPDATE snapshot SET change = (review << 32) | change",
    "UPDATE change SET row = (review << 32) | row",
    "DROP INDEX change_by_review",
)
