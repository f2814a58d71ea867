"""ONE for Bregma: search sessions, load datasets by meaning, upload from a rig."""
