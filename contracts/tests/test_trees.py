"""Every branch of a contract's functions has a test, and every branch test a branch.

`contracts/trees/<Contract>/<function>.tree` draws the branches of an external function, or of
several small ones together. A leaf ends with the test that shows it, in brackets. Test files whose
first docstring says `Branches:` hold nothing but such tests.
"""

import ast
import json
import pathlib
import re

import pytest

CONTRACTS = pathlib.Path(__file__).resolve().parents[1]
TREES = sorted((CONTRACTS / "trees").glob("*/*.tree"))
NAMES = sorted({path.parent.name for path in TREES})
LEAF = re.compile(r"\[(test_\w+)\]$")
BRANCH = re.compile(r"^(?P<bars>(?:│   |    )*)(?:├── |└── )(?P<text>\S.*)$")


def lines(path):
    """Depth and text of each line below the title."""
    for line in path.read_text().splitlines()[1:]:
        match = BRANCH.match(line)
        assert match, f"{path.name}: not a branch: {line}"
        yield len(match["bars"]) // 4, match["text"]


def leaves(path):
    """Texts of the lines below which nothing hangs."""
    found = list(lines(path))
    for (depth, text), following in zip(found, found[1:] + [(0, "")]):
        if following[0] <= depth:
            yield text


def branch_tests(contract):
    """Names of test functions by file."""
    return {
        path: [
            node.name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        ]
        for path in sorted((CONTRACTS / "tests" / contract.lower()).glob("test_*.py"))
    }


def test_there_are_trees():
    assert len(TREES) > 20


@pytest.mark.parametrize("path", TREES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_every_leaf_of_a_tree_names_a_test(path):
    assert path.read_text().splitlines()[0] == f"{path.parent.name}.{path.stem}"
    known = {name for names in branch_tests(path.parent.name).values() for name in names}
    named = list(leaves(path))
    assert named
    for text in named:
        match = LEAF.search(text)
        assert match, f"no test is named: {text}"
        assert match[1] in known, f"no such test: {match[1]}"
    assert [line for line in path.read_text().splitlines() if len(line) > 120] == []


@pytest.mark.parametrize("contract", NAMES)
def test_every_branch_test_has_a_leaf(contract):
    named = {
        match[1]
        for path in TREES
        if path.parent.name == contract
        for text in leaves(path)
        if (match := LEAF.search(text))
    }
    for path, names in branch_tests(contract).items():
        if "Branches:" in (ast.get_docstring(ast.parse(path.read_text())) or ""):
            assert [name for name in names if name not in named] == [], path.name
        assert len(names) == len(set(names)), f"two tests of one name in {path.name}"


@pytest.mark.parametrize("contract", NAMES)
def test_every_external_function_has_a_tree(contract):
    artifact = json.loads((CONTRACTS / "artifacts" / f"{contract}.json").read_text())
    functions = {entry["name"] for entry in artifact["abi"] if entry["type"] == "function"}
    words = set()
    for path in TREES:
        if path.parent.name == contract:
            words |= {path.stem} | set(re.findall(r"\w+", path.read_text()))
    assert sorted(functions - words) == []
