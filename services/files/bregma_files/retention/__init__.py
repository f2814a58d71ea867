"""Raw copies that others stand for: out of sight first, gone after a while, back at one call until then."""
