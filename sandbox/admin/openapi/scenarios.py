"""Scenarios."""

from sandbox.admin import schemas
from sandbox.engine.scenarios import schemas as shapes
from sandbox.openapi.description import Answer, Operation, Sample, array, record

_NAME = Sample({"name": "over-refund"})
_UNKNOWN = Sample({"name": "none"})
_STEPS = [shapes.SetShape, shapes.TransitionShape, shapes.RequestShape, shapes.WebhookShape]
_OWN = Sample(
    body={
        "name": "slow-bank",
        "title": "The bank takes a day",
        "provider": "lean",
        "script": [{"on": "refund.pending_with_bank", "after": "1d", "become": "FAILED"}],
    }
)

OPERATIONS = {
    "list_scenarios": Operation(
        "List scenarios", [Answer(record(scenarios=array(schemas.Scenario)))]
    ),
    "create_scenario": Operation(
        "Add a scenario of your own",
        [Answer(schemas.Scenario, 201)],
        _OWN,
        takes={
            "allOf": [
                shapes.ScenarioShape,
                {
                    "type": "object",
                    "properties": {"script": array({"anyOf": _STEPS})},
                    "required": ["name"],
                },
            ]
        },
        refused=[_OWN.but(provider="stripe"), _OWN.but(name="over-refund")],
        about="It is off at first, and gone with the next reset.",
    ),
    "get_scenario": Operation(
        "Get a scenario", [Answer(schemas.Scenario)], _NAME, refused=[_UNKNOWN]
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
        refused=[_NAME.but(parameters={"colour": "red"}), _UNKNOWN],
    ),
    "switch_off": Operation(
        "Switch a scenario off", [Answer(schemas.Scenario)], _NAME, refused=[_UNKNOWN]
    ),
}
