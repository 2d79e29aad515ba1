"""The command line: one module a topic, thin over the jobs."""
