"""Campaigns as the tests of this folder begin with them."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "model"))

import distributor_kit as kit
import pytest


@pytest.fixture(autouse=True)
def start():
    kit.set_time(kit.START)


@pytest.fixture(scope="session")
def people():
    return kit.cast()


@pytest.fixture(scope="session")
def distributor():
    return kit.deployer("src", "Distributor").deploy()


@pytest.fixture
def token():
    return kit.mock("PlainToken")


@pytest.fixture
def open_stage(people, distributor, token, start):
    """A way to a funded campaign with other terms than the usual ones."""

    def opened(**more):
        return kit.Stage(people, distributor, more.pop("token", token), **more)

    return opened


@pytest.fixture
def stage(open_stage):
    """A funded campaign without a root; anyone may claim, nothing vests, it never expires."""
    return open_stage()


@pytest.fixture
def live(stage):
    """The same with a live root: 100 for Ann, 50 for Bob, 7 for Cid."""
    stage.go_live(stage.rows(ann=100, bob=50, cid=7))
    return stage
