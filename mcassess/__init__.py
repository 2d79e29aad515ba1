"""mcassess: the desk of an assessor of educator micro-credentials. The package itself holds only its version."""

__version__ = "0.1.0"
