"""Settings of a run, the endpoints models are reached through, prices, and where things lie."""

from codeclm.settings.endpoints import SERVED_WITH, Endpoint, api_key, presets, split_model
from codeclm.settings.places import APP_FOLDER, PACKAGE, database_path, models_folder
from codeclm.settings.prices import Price, price
from codeclm.settings.run import (
    DIMENSIONS,
    GIVEN_BY,
    NODES,
    ROUNDS,
    STRATEGIES,
    Caps,
    Dimension,
    RunSettings,
    Strategy,
)

__all__ = [
    "APP_FOLDER",
    "DIMENSIONS",
    "GIVEN_BY",
    "NODES",
    "PACKAGE",
    "ROUNDS",
    "SERVED_WITH",
    "STRATEGIES",
    "Caps",
    "Dimension",
    "Endpoint",
    "Price",
    "RunSettings",
    "Strategy",
    "api_key",
    "database_path",
    "models_folder",
    "presets",
    "price",
    "split_model",
]
