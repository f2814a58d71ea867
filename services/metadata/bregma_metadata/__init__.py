"""Bregma's metadata room: people, labs, subjects, sessions: who was recorded, when and by whom."""
