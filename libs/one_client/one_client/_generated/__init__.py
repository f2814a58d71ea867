"""Generated from docs/openapi.json by `make client`; never edited. `client` and `models` are loaded on use."""
