"""Dataset types and data formats as the catalogue shows them."""
