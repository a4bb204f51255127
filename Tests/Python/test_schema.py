"""The JSON Schema of plans: it takes the plans that come with the project and refuses broken ones."""
import copy
import json

import jsonschema
import pytest
import yaml
from conftest import ROOT

SCHEMA = ROOT / "docs/reference/plan.schema.json"


@pytest.fixture(scope="session")
def schema():
    return json.loads(SCHEMA.read_text())


@pytest.fixture(scope="session")
def validator(schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def typed(value, schema):
    """Whole numbers as numbers where the schema asks for them, as an editor's YAML reader has them."""
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        return {key: typed(item, properties.get(key, {})) for key, item in value.items()}
    if isinstance(value, list):
        return [typed(item, schema.get("items", {})) for item in value]
    return int(value) if schema.get("type") == "integer" and value.isdigit() else value


def read(text, schema):
    """A plan with every scalar as it is written: no address or date becomes something else."""
    return typed(yaml.load(text, Loader=yaml.BaseLoader), schema)


@pytest.fixture
def plan(schema):
    return read((ROOT / "Examples/airdrop/plan.yaml").read_text(), schema)


def test_the_page_is_what_the_program_prints(sluice, schema):
    assert json.loads(sluice("schema")) == schema
    assert sluice("schema") == SCHEMA.read_text()


def test_the_example_is_a_plan(validator, plan):
    assert list(validator.iter_errors(plan)) == []
    assert plan["campaigns"][1]["vesting"]["count"] == 12
    assert plan["programs"][0]["exclude"][0]["account"].startswith("0x")


def test_the_template_of_init_is_a_plan(validator, schema, sluice, tmp_path):
    sluice("init", tmp_path / "launch")
    plan = read((tmp_path / "launch/plan.yaml").read_text(), schema)
    assert list(validator.iter_errors(plan)) == []
    assert [program["name"] for program in plan["programs"]] == ["early-users", "founders"]


# What is changed, and where and by which rule it is refused.
BROKEN = {
    "no name": (lambda p: p.pop("name"), "", "required"),
    "no campaign": (lambda p: p["campaigns"].clear(), "campaigns", "minItems"),
    "another version": (lambda p: p.update(version=2), "version", "maximum"),
    "a misspelt key": (lambda p: p["programs"][0].update(bugdet="1"), "programs.0", "additionalProperties"),
    "a program without a kind": (lambda p: p["programs"][0].pop("kind"), "programs.0", "required"),
    "an unknown kind": (lambda p: p["programs"][0].update(kind="lottery"), "programs.0.kind", "enum"),
    "too many decimals": (lambda p: p["tokens"][0].update(decimals=37), "tokens.0.decimals", "maximum"),
    "decimals that are no number": (lambda p: p["tokens"][0].update(decimals="many"), "tokens.0.decimals", "type"),
    "an exponent": (lambda p: p["tokens"][0].update(supply="1e9"), "tokens.0.supply", "pattern"),
    "a comma in an amount": (lambda p: p["programs"][1].update(budget="2,5"), "programs.1.budget", "anyOf"),
    "a short address": (
        lambda p: p["programs"][2]["recipients"][0].update(account="0x12"),
        "programs.2.recipients.0.account", "pattern",
    ),
    "a date in another form": (
        lambda p: p["campaigns"][1]["vesting"].update(start="1.1.2027"),
        "campaigns.1.vesting.start", "pattern",
    ),
    "a duration without a unit": (
        lambda p: p["campaigns"][2]["vesting"].update(cliff="365"),
        "campaigns.2.vesting.cliff", "pattern",
    ),
    "an unknown shape": (
        lambda p: p["campaigns"][2]["vesting"].update(shape="round"),
        "campaigns.2.vesting.shape", "enum",
    ),
    "a name with a slash": (
        lambda p: p["campaigns"][0].update(name="a/b"), "campaigns.0.name", "pattern",
    ),
    "a list in place of a program": (lambda p: p["programs"].append([]), "programs.3", "type"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plan_is_refused(validator, plan, name):
    change, place, rule = BROKEN[name]
    broken = copy.deepcopy(plan)
    change(broken)
    errors = list(validator.iter_errors(broken))
    assert [(".".join(map(str, e.absolute_path)), e.validator) for e in errors] == [(place, rule)]
