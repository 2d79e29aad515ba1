"""Whether a platform speaks the native protocol as docs/protocol.md has it: asked over plain HTTP, by nobody's code."""
