"""Settings of a run, the endpoints models are reached through, prices, and where things lie."""

from codeclm.settings.endpoints import Endpoint, api_key, presets, split_model
from codeclm.settings.places import APP_FOLDER, PACKAGE, database_path
from codeclm.settings.prices import Price, price
from codeclm.settings.run import GIVEN_BY, STRATEGIES, Caps, RunSettings, Strategy

__all__ = [
    "APP_FOLDER",
    "GIVEN_BY",
    "PACKAGE",
    "STRATEGIES",
    "Caps",
    "Endpoint",
    "Price",
    "RunSettings",
    "Strategy",
    "api_key",
    "database_path",
    "presets",
    "price",
    "split_model",
]
