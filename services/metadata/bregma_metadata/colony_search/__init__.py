"""Sessions found by what the colony knows of their animals."""
