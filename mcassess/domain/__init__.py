"""What assessing is. Standard library only: no Qt, no SQL, no files, no network, no clock of its own."""
