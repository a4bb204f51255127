"""Everything external says what it does, and what each of its arguments and results is."""

import json

import distributor_kit as kit
import pytest
from vyper.ast.natspec import parse_natspec

ARTIFACT = json.loads((kit.CONTRACTS / "artifacts" / "Distributor.json").read_text())
# Getters of public variables: their comments stand in the source.
GETTERS = {"is_operator", "nonces", "claimed", "is_pushed"}
FUNCTIONS = [
    entry
    for entry in ARTIFACT["abi"]
    if entry["type"] == "function" and entry["name"] not in GETTERS
]


@pytest.fixture(scope="module")
def documents():
    data = kit.deployer("src", "Distributor").compiler_data
    modules = [data.annotated_vyper_module] + [
        info.module_node
        for info in data.global_ctx.imported_modules.values()
        if hasattr(info, "module_node")
    ]
    user, developer = {}, {}
    for module in modules:
        if module.path.endswith(".vy"):
            natspec = parse_natspec(module)
            user |= natspec.userdoc.get("methods", {})
            developer |= natspec.devdoc.get("methods", {})
    return user, developer


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda entry: entry["name"])
def test_every_external_function_is_documented(documents, function):
    user, developer = documents
    found = [key for key in {**user, **developer} if key.split("(")[0] == function["name"]]
    assert len(found) == 1
    assert user[found[0]]["notice"].endswith(".")
    told = developer.get(found[0], {})
    assert set(told.get("params", {})) == {entry["name"] for entry in function["inputs"]}
    assert bool(told.get("returns")) == (bool(function["outputs"]))
