"""The console's types are those of the API: `npm run schema` in `agents_ui/` makes them anew."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from hotline.main import create_app
from hotline.settings import Settings

CONSOLE = Path(__file__).parents[2] / "agents_ui"
GENERATOR = CONSOLE / "node_modules/.bin/openapi-typescript"


def test_the_consoles_types_are_those_of_the_api(tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("no node here: install it to compare the console's types with the API")
    if not GENERATOR.exists():
        pytest.skip("the console's packages are not installed: run `npm ci` in agents_ui")
    app = create_app(Settings(data_dir=tmp_path), "postgresql+asyncpg://nobody@nowhere/none")
    described, made = tmp_path / "openapi.json", tmp_path / "schema.ts"
    described.write_text(json.dumps(app.openapi()), encoding="utf-8")
    subprocess.run([GENERATOR, described, "--output", made], check=True, capture_output=True)
    kept = (CONSOLE / "src/api/schema.ts").read_text(encoding="utf-8")
    assert made.read_text(encoding="utf-8") == kept, "run `npm run schema` in agents_ui"
