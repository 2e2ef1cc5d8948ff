"""Weather."""

from sandbox.admin.weather import Disturbance, Profile, WeatherChange
from sandbox.openapi.description import Case, Operation, array, record

_WEATHER = record(disturbances=array(Disturbance))

OPERATIONS = {
    "get_weather": Operation("Get the disturbances that are on", _WEATHER),
    "set_weather": Operation(
        "Let disturbances be on, in place of those that were",
        _WEATHER,
        {"disturbances": ["answer-lost; how=cut; nth=1", "rate-limited; method=POST; nth=2"]},
        takes=WeatherChange,
        wrong={"disturbances": [["rain"]]},
        refused=[Case({"disturbances": None, "seed": 7, "profile": "stormy"})],
        about="They are those of the body, or are drawn from a profile: the same `seed` draws the "
        "same. They make up the scenario `weather`.",
    ),
    "clear_weather": Operation("Let no disturbance be on", _WEATHER),
    "list_profiles": Operation("List what weather is drawn from", record(profiles=array(Profile))),
}
