"""Colours, sizes, the one style sheet and the icons. Knows no widget of ours and no screen."""
