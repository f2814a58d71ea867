"""The colony: genetics, breeding, cages and the ends of lives."""
