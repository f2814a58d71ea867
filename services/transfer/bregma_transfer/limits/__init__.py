"""How many files and how many bytes a second a repository takes or gives, and when."""
