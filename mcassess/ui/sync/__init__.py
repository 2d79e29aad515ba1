"""The sync screen: what waits, what comes in, and with which platforms."""
