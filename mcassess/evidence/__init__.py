"""Opening what educators send. Bytes come in as a seekable reader, never as a path to plain bytes; no Qt here."""
