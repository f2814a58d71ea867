"""The commands of `bregma`, one module each; every module has its `command`."""
