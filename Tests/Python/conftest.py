"""What the tests share: the built program, and the project's folder."""
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def sluice():
    """Runs the built `sluice` (SLUICE names another one than the debug build) and returns its output."""
    program = pathlib.Path(os.environ.get("SLUICE", ROOT / ".build/debug/sluice"))
    assert program.is_file(), f"found no {program}: run `swift build` first, or set SLUICE"

    def run(*arguments):
        result = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run
