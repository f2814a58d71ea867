"""The brain: its regions, the systems that places are told in, and how probes went through it."""
