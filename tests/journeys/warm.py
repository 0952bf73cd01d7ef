"""What a service does once after its start: done here before it is forked, so that it starts at
once. Nothing of any city."""

import gc
from pathlib import Path
from tempfile import TemporaryDirectory

import hotline.serving  # noqa: F401
from hotline.main import create_app
from hotline.matching.sample import sample_matcher
from hotline.settings import Settings

sample_matcher().match("您好")
with TemporaryDirectory() as folder:
    create_app(Settings(data_dir=Path(folder)), "postgresql+asyncpg://nobody@nowhere/none")
gc.freeze()
