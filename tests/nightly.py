"""Which size a trial has: a short one at every run, that of its promise where `TESTS=nightly`."""

import os

IS_NIGHTLY = os.environ.get("TESTS") == "nightly"
