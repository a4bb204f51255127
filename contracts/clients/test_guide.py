"""docs/guides/devnet.md: each of its commands starts a chain, and its program runs."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs/guides/devnet.md").read_text()


def test_the_program_of_the_guide(devnet, monkeypatch):
    monkeypatch.chdir(ROOT)
    program = "".join(re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL))
    assert program.count("http://127.0.0.1:8545") == 1
    exec(compile(program.replace("http://127.0.0.1:8545", devnet.url), "devnet.md", "exec"), {})


def test_the_commands_of_the_guide(start, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^sluice devnet(.*)$", GUIDE, re.MULTILINE)
    assert len(commands) == 5
    for options in commands:
        # At a free port instead of the one that is named.
        devnet = start(*re.sub(r"--port \d+", "", options).split())
        if "--chain-id 10" in options:
            assert devnet.chain_id == 10
        assert devnet.stop() == 0
    assert (tmp_path / "state.json").exists()
