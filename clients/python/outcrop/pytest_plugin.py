"""Fixtures: ``outcrop`` is a namespace of one test, ``outcrop_server`` the server of the session.

``OUTCROP_URL`` names a server that runs; else one is started by ``OUTCROP_COMMAND``, else by npx.
"""

import os

import pytest

from ._process import attach, start


def pytest_addoption(parser):
    group = parser.getgroup("outcrop")
    group.addoption("--outcrop-url", help="An Outcrop that runs; default OUTCROP_URL, else one is started")


@pytest.fixture(scope="session")
def outcrop_arguments():
    """Flags to start the server with; override it in conftest.py: ``return ["--script", "replies.yaml"]``."""
    return []


@pytest.fixture(scope="session")
def outcrop_server(request, outcrop_arguments):
    """The server of the session; its rules and faults are for every test."""
    url = request.config.getoption("--outcrop-url") or os.environ.get("OUTCROP_URL")
    server = attach(url) if url else start(*outcrop_arguments)
    yield server
    server.stop()


@pytest.fixture
def outcrop(outcrop_server):
    """A namespace of this test alone, reset after it."""
    handle = outcrop_server.namespace()
    yield handle
    handle.stop()
