"""What a person can do, each once, for window and command line alike."""
