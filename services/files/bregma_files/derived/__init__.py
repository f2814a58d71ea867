"""Files that our own programs make of verified files: found, and registered beside them."""
