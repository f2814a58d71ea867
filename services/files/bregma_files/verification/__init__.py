"""Verification: bytes are visible once they were read back and found right."""
