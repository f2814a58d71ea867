"""Surgeries, and the implants that animals carry since."""
