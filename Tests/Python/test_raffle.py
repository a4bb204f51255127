"""The raffle guide: its Python draws the winners of the example, as the program does."""
import csv
import re

import yaml
from conftest import ROOT

GUIDE = ROOT / "docs/guides/raffle.md"
EXAMPLE = ROOT / "Examples/raffle"


def test_the_guides_program_draws_the_examples_winners(sluice, tmp_path):
    code = re.search(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL).group(1)
    names = {}
    exec(code, names)
    plan = yaml.load((EXAMPLE / "plan.yaml").read_text(), Loader=yaml.BaseLoader)
    program = plan["programs"][0]
    shut_out = {entry["account"] for entry in program["exclude"]}
    rows = csv.DictReader((EXAMPLE / "entrants.csv").open())
    entrants = sorted(
        (row["account"], int(row["tickets"])) for row in rows
        if row["account"] not in shut_out and row["tickets"] != "0"
    )
    raffle = program["raffle"]
    winners = names["draw"](
        bytes.fromhex(raffle["seed"][2:]), bytes.fromhex(raffle["beacon_value"][2:]),
        program["name"], entrants, len(raffle["prizes"]))
    drawn = {winner: prize + "0" * 18 for winner, prize in zip(winners, raffle["prizes"])}

    sluice("allocate", EXAMPLE / "plan.yaml", "--out", tmp_path / "bundle")
    allocations = csv.DictReader((tmp_path / "bundle/allocations.csv").open())
    assert {row["account"]: row["amount"] for row in allocations} == drawn
    assert len(drawn) == 3


def test_the_guide_shows_the_example():
    raffle = yaml.load((EXAMPLE / "plan.yaml").read_text(), Loader=yaml.BaseLoader)["programs"][0]["raffle"]
    text = GUIDE.read_text()
    for key in ("seed_hash", "beacon", "seed", "beacon_value"):
        assert f"{key}: {raffle[key]}" in text
