"""Weighings, water, and what an animal must weigh and drink."""
