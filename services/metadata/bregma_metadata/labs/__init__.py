"""Labs and the places in them."""
