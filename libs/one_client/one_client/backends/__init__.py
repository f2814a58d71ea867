"""Where sessions and datasets come from: a server, an application in this process, or a plain folder."""
