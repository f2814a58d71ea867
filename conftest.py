"""Fixtures of the whole workspace: servers from the kit (see pyproject.toml), the application from the app."""

pytest_plugins = ["bregma_app.testing"]
