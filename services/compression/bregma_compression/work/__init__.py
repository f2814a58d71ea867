"""Jobs that compress raw recordings and register what came of it."""
