"""Datasets with their revisions and tags."""
