"""Bregma's kit: HTTP, SQL, S3 and jobs for every room; knows no mouse."""
