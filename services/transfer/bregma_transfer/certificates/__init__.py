"""Signed answers to the question whether a rig may delete its files."""
