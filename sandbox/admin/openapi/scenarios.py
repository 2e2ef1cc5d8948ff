"""Scenarios."""

from sandbox.admin import schemas
from sandbox.engine.scenarios.shapes import ScenarioShape
from sandbox.http.problems import Problem, problems
from sandbox.openapi.description import Answer, Operation, Sample, array, record

_UNKNOWN = problems(Problem(404, "there is no scenario 'none'"))
_NAME = Sample({"name": "over-refund"})

OPERATIONS = {
    "list_scenarios": Operation(
        "List scenarios", [Answer(record(scenarios=array(schemas.Scenario)))]
    ),
    "create_scenario": Operation(
        "Add a scenario of your own",
        [Answer(schemas.Scenario, 201)],
        Sample(
            body={
                "name": "slow-bank",
                "title": "The bank takes a day",
                "provider": "lean",
                "script": [{"on": "refund.pending_with_bank", "after": "1d", "become": "FAILED"}],
            }
        ),
        takes=ScenarioShape,
        failures=problems(
            Problem(400, "unknown; valid: any, lean, lahza", "provider"),
            Problem(409, "a scenario of that name came with the sandbox"),
        ),
        about="It is off at first, and gone with the next reset.",
    ),
    "get_scenario": Operation(
        "Get a scenario", [Answer(schemas.Scenario)], _NAME, failures=_UNKNOWN
    ),
    "switch_on": Operation(
        "Switch a scenario on",
        [Answer(schemas.Scenario)],
        Sample(
            {"name": "refund-rejected-by-bank"},
            body={"parameters": {"payment": "lean.payments.reconciled"}},
        ),
        takes=schemas.Parameters,
        needs_body=False,
        failures=[*problems(Problem(400, "unknown", "parameters.colour")), *_UNKNOWN],
    ),
    "switch_off": Operation(
        "Switch a scenario off", [Answer(schemas.Scenario)], _NAME, failures=_UNKNOWN
    ),
}
