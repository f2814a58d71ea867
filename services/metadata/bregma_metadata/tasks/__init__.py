"""Tasks: the work that lab servers do on sessions."""
