"""File records: one for each copy of a dataset in a repository."""
