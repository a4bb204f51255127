"""Chains of `sluice devnet`, for the field's own clients to work with over HTTP.

Runs where the environment names the program: SLUICE=.build/release/sluice.
"""

import contextlib
import json
import os
import pathlib
import signal
import subprocess

import pytest

SLUICE = os.environ.get("SLUICE") and str(pathlib.Path(os.environ["SLUICE"]).resolve())


class Devnet:
    """A running chain: where it listens and whose keys it has."""

    def __init__(self, process, described):
        self.process = process
        self.url = described["url"]
        self.chain_id = int(described["chainId"])
        self.accounts = described["accounts"]

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=10)


@contextlib.contextmanager
def started(*arguments):
    """A chain with these arguments, at a free port, that ends with the block."""
    command = [SLUICE, "devnet", "--port", "0", "--json", *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield Devnet(process, json.loads(first_object(process.stdout)))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def first_object(lines):
    text = ""
    for line in lines:
        text += line
        if line == "}\n":
            return text
    raise AssertionError(f"the program ended after: {text!r}")


@pytest.fixture(autouse=True)
def needs_program():
    if not SLUICE:
        pytest.skip("SLUICE does not name the program")


@pytest.fixture
def start():
    """A way to chains with other arguments than the usual ones."""
    with contextlib.ExitStack() as stack:
        yield lambda *arguments: stack.enter_context(started(*arguments))


@pytest.fixture
def devnet(start):
    return start()
