"""Uploads straight into the object store."""
