"""Scenarios."""

from sandbox.admin import schemas
from sandbox.engine.scenarios import schemas as shapes
from sandbox.openapi.description import Answer, Case, Operation, array, record

_NAME = {"name": "over-refund"}
_UNKNOWN = {"name": ["none"]}
_STEPS = [shapes.SetShape, shapes.TransitionShape, shapes.RequestShape, shapes.WebhookShape]
_NAMED = {
    "type": "object",
    "properties": {"script": array({"anyOf": _STEPS})},
    "required": ["name"],
}

OPERATIONS = {
    "list_scenarios": Operation("List scenarios", record(scenarios=array(schemas.Scenario))),
    "create_scenario": Operation(
        "Add a scenario of your own",
        [Answer(schemas.Scenario, 201)],
        {
            "name": "slow-bank",
            "title": "The bank takes a day",
            "provider": "lean",
            "script": [{"on": "refund.pending_with_bank", "after": "1d", "become": "FAILED"}],
        },
        takes={"allOf": [shapes.ScenarioShape, _NAMED]},
        wrong={"provider": ["stripe"], "name": ["over-refund"]},
        about="It is off at first, and gone with the next reset.",
    ),
    "get_scenario": Operation("Get a scenario", schemas.Scenario, _NAME, wrong=_UNKNOWN),
    "switch_on": Operation(
        "Switch a scenario on",
        schemas.Scenario,
        {
            "name": "refund-rejected-by-bank",
            "parameters": {"payment": "lean.payments.reconciled"},
        },
        takes=schemas.Parameters,
        needs_body=False,
        wrong=_UNKNOWN,
        refused=[Case({**_NAME, "parameters": {"colour": "red"}})],
    ),
    "switch_off": Operation("Switch a scenario off", schemas.Scenario, _NAME, wrong=_UNKNOWN),
}
