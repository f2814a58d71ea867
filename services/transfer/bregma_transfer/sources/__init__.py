"""Repositories outside of the house that copies may be made of."""
