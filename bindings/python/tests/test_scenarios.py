"""The scenario table that programs in every language play."""

import json
from typing import Any

import metra
import pytest
from player import Player
from support import TREE

TABLE = json.loads((TREE / "tests/vectors/scenarios.json").read_text(encoding="utf-8"))
SCENARIOS: list[dict[str, Any]] = TABLE["scenarios"]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario["name"] for scenario in SCENARIOS])
def test_scenario(scenario: dict[str, Any], unraisable: list[BaseException]) -> None:
    assert scenario.keys() <= {"name", "config", "error", "says", "steps"}
    try:
        player = Player(scenario["config"])
    except metra.MetraError as refused:
        assert f"METRA_ERROR_{metra.Status(refused.status).name}" == scenario.get("error"), repr(refused)
        assert scenario.get("says", "") in str(refused) and scenario["steps"] == []
        return
    try:
        assert "error" not in scenario
        for number, step in enumerate(scenario["steps"], 1):
            try:
                player.play(step)
            except Exception as error:
                raise AssertionError(f"step {number} {step}: {error}") from error
    finally:
        player.registry.close()


def test_table_is_whole() -> None:
    steps = sum(len(scenario["steps"]) for scenario in SCENARIOS)
    print(f"{len(SCENARIOS)} scenarios, {steps} steps")
    assert (len(SCENARIOS), steps) == (TABLE["scenario_count"], TABLE["step_count"])
