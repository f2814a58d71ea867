"""Notes: what people write about records, with images."""
