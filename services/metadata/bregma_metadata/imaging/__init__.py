"""Imaging: fields of view, where they lie in the brain, and stacks of them."""
