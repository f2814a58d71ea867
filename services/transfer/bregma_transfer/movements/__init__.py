"""Files on their way between stores: claimed, carried, read back, registered."""
