"""Accounts, their roles and their tokens."""
