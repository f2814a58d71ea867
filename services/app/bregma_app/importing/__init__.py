"""Bring what an Alyx knows into this installation: records keep their ids, and a second run carries on where one ended."""
