"""Copies of verified files in several repositories: found, and registered when one arrived."""
