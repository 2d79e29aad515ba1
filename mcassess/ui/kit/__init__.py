"""Our small widgets. They know no submissions."""
