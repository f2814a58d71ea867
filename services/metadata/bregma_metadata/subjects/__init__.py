"""Animals, and enough of the colony to describe them."""
