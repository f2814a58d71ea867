"""The embedded mode: one command that starts PostgreSQL, the object store and Bregma's processes in one folder."""
