"""Viewers of evidence: video, sound, pages, pictures, text, links. What is done with what they show is the desk's."""
