"""Sessions: one animal, one day, one recording."""
