"""What boto3 makes of failures on purpose. Faults are added by POST, each for a namespace of its own: the access key."""

import itertools
import json
import os
import urllib.request

import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EventStreamError,
    ReadTimeoutError,
)
from botocore.eventstream import ChecksumMismatch
from urllib3.exceptions import ProtocolError

from conftest import make_client

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
MESSAGES = [{"role": "user", "content": [{"text": "hi"}]}]
IN_STREAM = [
    "internalServerException",
    "modelStreamErrorException",
    "validationException",
    "throttlingException",
    "serviceUnavailableException",
]
NUMBERS = itertools.count()


class Broken:
    """A client, and how to break what it calls."""

    def __init__(self, attempts=1, **config):
        self.namespace = f"FAULTS{next(NUMBERS)}"
        self.client = make_client(
            "OUTCROP_URL",
            aws_access_key_id=self.namespace,
            config=Config(retries={"total_max_attempts": attempts, "mode": "standard"}, **config),
        )

    def post(self, path, value):
        url = f"{os.environ['OUTCROP_URL']}/_outcrop/api/{path}?namespace={self.namespace}"
        body = value if isinstance(value, str) else json.dumps(value)
        with urllib.request.urlopen(urllib.request.Request(url, body.encode(), method="POST")) as response:
            return json.load(response)

    def converse(self):
        return self.client.converse(modelId=HAIKU, messages=MESSAGES)

    def stream(self):
        return self.client.converse_stream(modelId=HAIKU, messages=MESSAGES)["stream"]

    def events_until(self, error):
        """Events that came before the stream broke in this way, and how it broke."""
        events = []
        with pytest.raises(error) as caught:
            for event in self.stream():
                events.append(event)
        return len(events), caught.value


def test_an_exception_before_the_stream():
    broken = Broken()
    broken.post("faults", {"throw": "ThrottlingException"})
    with pytest.raises(broken.client.exceptions.ThrottlingException) as caught:
        broken.stream()
    assert caught.value.response["Error"] == {
        "Code": "ThrottlingException",
        "Message": "Too many requests, please wait before trying again.",
    }
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429


@pytest.mark.parametrize("code", IN_STREAM)
def test_an_exception_in_the_stream_after_seven_events(code):
    broken = Broken()
    broken.post("faults", {"throw": code, "after": 7})
    events, error = broken.events_until(EventStreamError)
    assert events == 7
    assert error.response["Error"]["Code"] == code


@pytest.mark.parametrize("code", [*IN_STREAM, "modelTimeoutException"])
def test_an_exception_in_a_native_stream_after_two_chunks(code):
    broken = Broken()
    broken.post("faults", f"{code}; after=2")
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 100}
    native = json.dumps({**body, "messages": [{"role": "user", "content": "hi"}]})
    chunks = []
    with pytest.raises(EventStreamError) as caught:
        for event in broken.client.invoke_model_with_response_stream(modelId=HAIKU, body=native)["body"]:
            chunks.append(event)
    assert len(chunks) == 2
    assert caught.value.response["Error"]["Code"] == code


def test_attempt_one_is_throttled_and_attempt_two_served():
    broken = Broken(attempts=2)
    broken.post("faults", {"throw": "ThrottlingException", "times": 1})
    reply = broken.converse()
    assert reply["stopReason"] == "end_turn"
    assert reply["ResponseMetadata"]["RetryAttempts"] == 1


def test_an_answer_that_is_cut_once_is_retried():
    broken = Broken(attempts=2)
    broken.post("faults", {"break": "cut", "times": 1})
    assert broken.converse()["ResponseMetadata"]["RetryAttempts"] == 1


def test_the_header_counts_attempts():
    broken = Broken(attempts=3)

    def add(request, **_):
        request.headers["x-outcrop-fault"] = "serviceUnavailableException; times=1"

    broken.client.meta.events.register("before-sign.bedrock-runtime.Converse", add)
    assert broken.converse()["ResponseMetadata"]["RetryAttempts"] == 1


def test_a_page_of_html():
    broken = Broken()
    broken.post("faults", {"html": True, "status": 502})
    with pytest.raises(ClientError) as caught:
        broken.converse()
    assert caught.value.response["Error"] == {"Code": "502", "Message": "Bad Gateway"}


@pytest.mark.parametrize("kind", ["cut", "reset", "goaway"])
def test_a_connection_that_breaks_before_the_answer(kind):
    broken = Broken()
    broken.post("faults", {"break": kind})
    with pytest.raises(ConnectionClosedError):
        broken.converse()


@pytest.mark.parametrize("kind", ["cut", "reset", "goaway"])
def test_a_connection_that_breaks_in_the_stream(kind):
    broken = Broken()
    broken.post("faults", {"break": kind, "after": 2})
    events, _ = broken.events_until(ProtocolError)
    assert events == 2


def test_a_stall_before_the_answer():
    broken = Broken(read_timeout=0.2)
    broken.post("faults", {"break": "stall"})
    with pytest.raises(ReadTimeoutError):
        broken.converse()


@pytest.mark.parametrize("kind", ["wrongCrc", "wrongLength"])
def test_a_frame_that_is_wrong(kind):
    broken = Broken()
    broken.post("faults", {"break": kind, "after": 2})
    events, _ = broken.events_until(ChecksumMismatch)
    assert events == 2


def test_an_event_whose_json_is_truncated_is_empty_to_boto3():
    broken = Broken()
    broken.post("faults", {"break": "truncatedJson", "after": 2})
    assert list(broken.stream())[2] == {"contentBlockDelta": {}}


def test_an_answer_whose_json_is_truncated_is_empty_to_boto3():
    broken = Broken()
    broken.post("faults", {"break": "truncatedJson"})
    assert list(broken.converse()) == ["ResponseMetadata"]


def test_a_drip_comes_whole_in_the_end():
    broken = Broken()
    whole = list(broken.stream())
    broken.post("faults", {"break": "drip", "every": "1ms", "pieceBytes": 200})
    assert list(broken.stream())[:-1] == whole[:-1]


def test_a_quota_throttles_the_second_request_of_a_minute():
    broken = Broken()
    broken.post("quotas", {"requestsPerMinute": 1})
    assert broken.converse()["stopReason"] == "end_turn"
    with pytest.raises(broken.client.exceptions.ThrottlingException) as caught:
        broken.converse()
    assert caught.value.response["Error"]["Message"] == "Too many requests, please wait before trying again."
