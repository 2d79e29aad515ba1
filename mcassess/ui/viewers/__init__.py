"""Viewers of evidence: video, pages, image, text."""
