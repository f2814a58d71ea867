"""The compression room: lossless codecs run by workers. Empty until its own milestone."""
