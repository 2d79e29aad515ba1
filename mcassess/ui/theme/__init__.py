"""Colours, spaces, icons, light and dark; the one place for all of them."""
