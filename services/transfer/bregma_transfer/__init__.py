"""Copies of files go where they are wanted: rules, plans, movements, and arrival that was read back."""
