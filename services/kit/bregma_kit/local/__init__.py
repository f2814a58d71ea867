"""PostgreSQL and an S3 server of one's own, started as ordinary processes below one folder."""
