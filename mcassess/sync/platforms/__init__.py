"""The connectors, one module a platform; each implements the Platform protocol."""
