"""The transfer room: nightly, verified copies between stores. Empty until its own milestone."""
