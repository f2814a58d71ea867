"""Notices about data: what is wrong with which datasets."""
