"""The benchmarks of ``dev.py bench``: each measures us and its own baseline in the same run, in turns."""
