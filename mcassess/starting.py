"""The collector's rest while the program starts: what is loaded then stays for good, so looking for waste is waste.

It costs a fifth of the time to the first picture. Measured with ``dev.py bench --only start-queue-1k``.
"""

import gc


def begin() -> None:
    """Lets the collector rest; called before anything heavy is imported."""
    gc.disable()


def done() -> None:
    """Lets the collector work again, past what is loaded by now; called after the first picture."""
    gc.freeze()
    gc.enable()
