"""Which datasets shall have a verified copy where, and when it is made."""
