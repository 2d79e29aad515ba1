"""The reference platform: what a programme runs when it has no LMS; also the practice platform."""
