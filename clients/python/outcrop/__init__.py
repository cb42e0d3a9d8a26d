"""Script Amazon Bedrock in tests: what the model says, what fails, and what it was asked.

    with outcrop.start() as server:
        server.when(user="weather in {city}").text("It rains in {city}.")
        server.client().converse(...)

Everything goes over Outcrop's own HTTP API, so a server that runs elsewhere works alike: ``outcrop.attach(url)``.
Pure Python, nothing but the standard library; ``client()`` needs boto3.
"""

from ._api import OutcropError
from ._filter import Exchange
from ._outcrop import Outcrop
from ._process import attach, start
from ._rule import Rule, When

__all__ = ["Exchange", "Outcrop", "OutcropError", "Rule", "When", "attach", "start"]
