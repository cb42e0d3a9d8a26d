"""boto3 before an Outcrop that a real model answers behind; test/upstreams/run.ts starts both and passes the URL.

The model's weights are random: what it says means nothing, and every assertion is of shape.
"""

import base64
import json
import os

import pytest
from botocore.exceptions import ClientError
from conftest import make_client

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
GREEDY = {"temperature": 0, "maxTokens": 12}
LONG_ENOUGH = {"maxTokens": 1000}
WEATHER = {
    "toolSpec": {
        "name": "weather",
        "inputSchema": {
            "json": {
                "type": "object",
                "properties": {"city": {"type": "string", "maxLength": 12}},
                "required": ["city"],
            }
        },
    }
}
FORCED = {"tools": [WEATHER], "toolChoice": {"any": {}}}


@pytest.fixture
def client():
    """There is one Outcrop here, and no second one that stands for AWS."""
    return make_client("OUTCROP_URL")


def user(text):
    return [{"role": "user", "content": [{"text": text}]}]


def deltas(events):
    return [event["contentBlockDelta"] for event in events if "contentBlockDelta" in event]


def test_converse_and_converse_stream_say_the_same(client):
    request = {"modelId": HAIKU, "messages": user("Hello"), "inferenceConfig": GREEDY}
    whole = client.converse(**request)
    events = list(client.converse_stream(**request)["stream"])
    text = "".join(delta["delta"]["text"] for delta in deltas(events))
    assert text == whole["output"]["message"]["content"][0]["text"]
    assert whole["stopReason"] == "max_tokens"
    assert whole["usage"]["outputTokens"] == 12
    assert events[0] == {"messageStart": {"role": "assistant"}}
    assert events[-2]["messageStop"]["stopReason"] == "max_tokens"
    assert events[-1]["metadata"]["usage"]["outputTokens"] == 12


def test_the_system_prompt_is_part_of_the_prompt(client):
    def tokens(**more):
        usage = client.converse(modelId=HAIKU, messages=user("Hello"), inferenceConfig=GREEDY, **more)["usage"]
        return usage["inputTokens"] + usage.get("cacheReadInputTokens", 0)

    # <|im_start|>system\nBe brief.<|im_end|>\n
    assert tokens(system=[{"text": "Be brief."}]) == tokens() + 1 + 7 + 9 + 2


def test_a_tool_round_trip(client):
    asked = user("Bern?")
    first = client.converse(modelId=HAIKU, messages=asked, toolConfig=FORCED, inferenceConfig=LONG_ENOUGH)
    content = first["output"]["message"]["content"]
    calls = [block["toolUse"] for block in content if "toolUse" in block]
    assert first["stopReason"] == "tool_use"
    assert isinstance(calls[0]["input"]["city"], str)

    results = [
        {"toolResult": {"toolUseId": call["toolUseId"], "content": [{"json": {"sky": "clear"}}]}} for call in calls
    ]
    messages = [*asked, first["output"]["message"], {"role": "user", "content": results}]
    second = client.converse(
        modelId=HAIKU, messages=messages, toolConfig={"tools": [WEATHER]}, inferenceConfig=LONG_ENOUGH
    )
    assert second["output"]["message"]["role"] == "assistant"
    assert second["stopReason"] in ("end_turn", "tool_use")


def test_a_streamed_call(client):
    request = {"modelId": HAIKU, "messages": user("Bern?"), "toolConfig": FORCED, "inferenceConfig": LONG_ENOUGH}
    events = list(client.converse_stream(**request)["stream"])
    start = next(event["contentBlockStart"] for event in events if "contentBlockStart" in event)
    pieces = [
        delta["delta"]["toolUse"]["input"]
        for delta in deltas(events)
        if delta["contentBlockIndex"] == start["contentBlockIndex"]
    ]
    assert start["start"]["toolUse"]["name"] == "weather"
    assert isinstance(json.loads("".join(pieces))["city"], str)
    assert events[-2] == {"messageStop": {"stopReason": "tool_use"}}


def test_an_image_is_looked_at_or_refused(client):
    png = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
    )
    content = [{"text": "What?"}, {"image": {"format": "png", "source": {"bytes": png}}}]
    request = {"modelId": HAIKU, "messages": [{"role": "user", "content": content}], "inferenceConfig": GREEDY}
    if os.environ["OUTCROP_UPSTREAM"] == "local":
        with pytest.raises(ClientError, match="has a block of image"):
            client.converse(**request)
    else:
        usage = client.converse(**request)["usage"]
        # Its 4 patches are 4 tokens.
        assert usage["inputTokens"] + usage.get("cacheReadInputTokens", 0) == 24 + 4


@pytest.mark.parametrize(
    ("model", "body", "path"),
    [
        (
            HAIKU,
            {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 12, "temperature": 0},
            ["content", 0, "text"],
        ),
        ("amazon.nova-lite-v1:0", {"inferenceConfig": GREEDY}, ["output", "message", "content", 0, "text"]),
    ],
)
def test_native_bodies(client, model, body, path):
    said = [{"text": "Hello"}] if "nova" in model else "Hello"
    messages = [{"role": "user", "content": said}]
    reply = client.invoke_model(modelId=model, body=json.dumps({**body, "messages": messages}))
    value = json.loads(reply["body"].read())
    for key in path:
        value = value[key]
    assert len(value) == 12
    assert reply["ResponseMetadata"]["HTTPHeaders"]["x-amzn-bedrock-output-token-count"] == "12"


@pytest.mark.parametrize(
    ("model", "body", "path"),
    [
        ("amazon.titan-embed-text-v2:0", {"inputText": "granite", "dimensions": 256}, ["embedding"]),
        (
            "cohere.embed-english-v3",
            {"texts": ["granite"], "input_type": "search_query"},
            ["embeddings", 0],
        ),
    ],
)
def test_embeddings(client, model, body, path):
    value = json.loads(client.invoke_model(modelId=model, body=json.dumps(body))["body"].read())
    for key in path:
        value = value[key]
    assert len(value) == 64
    assert sum(number * number for number in value) == pytest.approx(1, abs=1e-3)
