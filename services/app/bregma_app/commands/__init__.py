"""The words of ``bregma``: one small module each, with the click command in ``command``.

A module imports what is heavy inside its function, so that ``bregma status`` does not wait for FastAPI.
"""
