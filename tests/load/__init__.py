"""`make bench`: how fast Bregma is, beside what the machine itself can do."""
