"""What the differential tests share: the EVMs, started once."""

import sys

import pytest
from comparing import Comparison
from peers import PyEVM, Sluice, Specification

# Calls inside of calls, 1024 deep, are the host's recursion on the peers.
sys.setrecursionlimit(20_000)


def pytest_configure(config):
    # py-evm warns where a program has the operation.
    config.addinivalue_line("filterwarnings", "ignore:SELFDESTRUCT opcode:DeprecationWarning")


@pytest.fixture(scope="session")
def sluice():
    evm = Sluice()
    yield evm
    evm.close()


@pytest.fixture(scope="session")
def comparison(sluice):
    return Comparison(sluice, specification=Specification(), pyevm=PyEVM())
