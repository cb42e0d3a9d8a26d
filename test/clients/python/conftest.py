"""Clients of the emulators that run.ts has started; it passes their URLs in variables."""

import os

import boto3
import pytest

# boto3 as users have it: nothing of the machine's own AWS configuration, default retries and timeouts.
os.environ.setdefault("AWS_CONFIG_FILE", os.devnull)
os.environ.setdefault("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")


def make_client(variable, **options):
    """A client of the emulator whose URL the variable holds."""
    settings = {
        "region_name": "us-east-1",
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
        **options,
    }
    return boto3.client("bedrock-runtime", endpoint_url=os.environ[variable], **settings)


@pytest.fixture(params=["OUTCROP_URL", "OUTCROP_RELAY_URL"], ids=["direct", "relayed"])
def client(request):
    """Signs with dummy keys for localhost; relayed, a second Outcrop that checks signatures stands for AWS."""
    return make_client(request.param)


@pytest.fixture
def floci():
    return make_client("OUTCROP_FLOCI_URL")
