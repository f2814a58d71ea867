"""Probes and their insertions."""
