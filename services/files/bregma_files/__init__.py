"""Bregma's files room: dataset types, datasets, file records, uploads and verification: where every byte is."""
