"""``python -m dataset_types`` is the command ``dataset-types``."""

import sys

from dataset_types.cli import main

sys.exit(main())
