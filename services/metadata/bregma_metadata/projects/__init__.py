"""Projects that sessions and subjects belong to."""
