"""Bregma's app room: composes the rooms into processes."""
