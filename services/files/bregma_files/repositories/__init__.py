"""Data repositories: places that hold copies of files."""
