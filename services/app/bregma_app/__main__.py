"""``python -m bregma_app`` is the command ``bregma``; the supervisor starts its children this way."""

from bregma_app.cli import main

main()
