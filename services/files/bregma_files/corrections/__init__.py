"""Corrections: a session under the wrong animal, date or number, started twice, or a test run."""
