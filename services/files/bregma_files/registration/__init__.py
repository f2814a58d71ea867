"""Registration of files that already lie somewhere, as Alyx does it."""
