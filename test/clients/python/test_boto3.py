"""boto3 as users run it."""

import json
import os

import boto3
import pytest
from botocore.exceptions import ClientError, EventStreamError

from conftest import make_client

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
SONNET = "us.anthropic.claude-3-7-sonnet-20250219-v1:0"
ARN = f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/{SONNET}"
WEATHER = {
    "toolSpec": {
        "name": "weather",
        "inputSchema": {
            "json": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
        },
    }
}
FORCED = {"tools": [WEATHER], "toolChoice": {"tool": {"name": "weather"}}}
THINKING = {"thinking": {"type": "enabled", "budget_tokens": 1024}}


def user(text):
    return [{"role": "user", "content": [{"text": text}]}]


def native(text):
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 100}
    return json.dumps({**body, "messages": [{"role": "user", "content": text}]})


def deltas(events):
    return [event["contentBlockDelta"]["delta"] for event in events if "contentBlockDelta" in event]


def test_converse_answers_text_that_names_the_model(client):
    reply = client.converse(modelId=HAIKU, messages=user("hi"))
    assert HAIKU in reply["output"]["message"]["content"][0]["text"]
    assert reply["stopReason"] == "end_turn"
    usage = reply["usage"]
    assert usage["totalTokens"] == usage["inputTokens"] + usage["outputTokens"]
    assert reply["ResponseMetadata"]["RetryAttempts"] == 0
    assert len(reply["ResponseMetadata"]["RequestId"]) == 36


def test_an_arn_is_a_model_id(client):
    reply = client.converse(modelId=ARN, messages=user("hi"))
    assert ARN in reply["output"]["message"]["content"][0]["text"]


def test_a_forced_tool_is_called_and_its_result_answered_with_text(client):
    asked = user("How is the weather?")
    first = client.converse(modelId=HAIKU, messages=asked, toolConfig=FORCED)
    assert first["stopReason"] == "tool_use"
    call = next(block["toolUse"] for block in first["output"]["message"]["content"] if "toolUse" in block)
    assert call["name"] == "weather"
    assert isinstance(call["input"]["city"], str)

    result = {"toolUseId": call["toolUseId"], "content": [{"json": {"sky": "clear"}}]}
    messages = [*asked, first["output"]["message"], {"role": "user", "content": [{"toolResult": result}]}]
    second = client.converse(modelId=HAIKU, messages=messages, toolConfig={"tools": [WEATHER]})
    assert second["stopReason"] == "end_turn"
    assert HAIKU in second["output"]["message"]["content"][0]["text"]


def test_converse_stream_streams_the_text_that_converse_answers(client):
    whole = client.converse(modelId=HAIKU, messages=user("hi"))
    events = list(client.converse_stream(modelId=HAIKU, messages=user("hi"))["stream"])
    text = "".join(delta["text"] for delta in deltas(events))
    assert text == whole["output"]["message"]["content"][0]["text"]
    assert events[0] == {"messageStart": {"role": "assistant"}}
    assert events[-2] == {"messageStop": {"stopReason": "end_turn"}}
    counted = {name: whole["usage"][name] for name in ("inputTokens", "outputTokens", "totalTokens")}
    assert events[-1]["metadata"]["usage"] == counted


def test_converse_stream_streams_a_tool_call(client):
    events = list(client.converse_stream(modelId=HAIKU, messages=user("hi"), toolConfig=FORCED)["stream"])
    starts = [event["contentBlockStart"] for event in events if "contentBlockStart" in event]
    assert [start["start"]["toolUse"]["name"] for start in starts] == ["weather"]
    given = "".join(delta["toolUse"]["input"] for delta in deltas(events) if "toolUse" in delta)
    assert isinstance(json.loads(given)["city"], str)


def test_converse_stream_streams_reasoning_and_its_signature(client):
    request = {"modelId": SONNET, "messages": user("hi"), "inferenceConfig": {"maxTokens": 4096}}
    events = list(client.converse_stream(**request, additionalModelRequestFields=THINKING)["stream"])
    reasoning = [delta["reasoningContent"] for delta in deltas(events) if "reasoningContent" in delta]
    assert "".join(piece.get("text", "") for piece in reasoning) != ""
    assert reasoning[-1]["signature"] != ""
    assert SONNET in "".join(delta.get("text", "") for delta in deltas(events))


def test_invoke_model_answers_an_anthropic_message(client):
    reply = client.invoke_model(modelId=HAIKU, body=native("hi"))
    body = json.loads(reply["body"].read())
    assert reply["contentType"] == "application/json"
    assert body["type"] == "message"
    assert body["model"] == HAIKU
    assert HAIKU in body["content"][0]["text"]
    headers = reply["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amzn-bedrock-input-token-count"] == str(body["usage"]["input_tokens"])


def test_invoke_model_with_response_stream_streams_anthropic_events(client):
    reply = client.invoke_model_with_response_stream(modelId=HAIKU, body=native("hi"))
    chunks = [json.loads(event["chunk"]["bytes"]) for event in reply["body"]]
    assert chunks[0]["type"] == "message_start"
    assert chunks[-1]["type"] == "message_stop"
    assert chunks[-1]["amazon-bedrock-invocationMetrics"]["outputTokenCount"] > 0
    assert HAIKU in "".join(chunk.get("delta", {}).get("text", "") for chunk in chunks)


def test_count_tokens_counts_what_converse_bills(client):
    messages = user("The quick brown fox jumps over the lazy dog.")
    counted = client.count_tokens(modelId=HAIKU, input={"converse": {"messages": messages}})
    assert counted["inputTokens"] == client.converse(modelId=HAIKU, messages=messages)["usage"]["inputTokens"]


def test_count_tokens_counts_a_native_body(client):
    counted = client.count_tokens(modelId=HAIKU, input={"invokeModel": {"body": native("hi").encode()}})
    body = json.loads(client.invoke_model(modelId=HAIKU, body=native("hi"))["body"].read())
    assert counted["inputTokens"] == body["usage"]["input_tokens"]


def test_a_refused_request_is_a_validation_exception(client):
    with pytest.raises(client.exceptions.ValidationException) as caught:
        client.converse(modelId=HAIKU, messages=[])
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert caught.value.response["Error"]["Message"] != ""
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert caught.value.operation_name == "Converse"


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("AccessDeniedException", 403),
        ("ModelErrorException", 424),
        ("ModelTimeoutException", 408),
        ("ResourceNotFoundException", 404),
        ("ValidationException", 400),
    ],
)
def test_each_exception_before_the_stream_is_its_own_class(client, name, status):
    with pytest.raises(getattr(client.exceptions, name)) as caught:
        client.converse_stream(modelId=HAIKU, messages=user(f"throw {name}"))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert caught.value.response["Error"]["Message"] == f"thrown as {name}"


@pytest.mark.parametrize(
    "name",
    [
        "InternalServerException",
        "ModelStreamErrorException",
        "ServiceUnavailableException",
        "ThrottlingException",
        "ValidationException",
    ],
)
def test_each_exception_in_mid_stream_comes_after_the_text_before_it(client, name):
    stream = client.converse_stream(modelId=HAIKU, messages=user(f"begin, then throw {name}"))["stream"]
    events = []
    with pytest.raises(EventStreamError) as caught:
        for event in stream:
            events.append(event)
    code = name[0].lower() + name[1:]
    assert caught.value.response["Error"] == {"Code": code, "Message": f"thrown as {name}"}
    assert deltas(events) == [{"text": "Once upon"}]


def test_an_exception_in_mid_stream_of_invoke_model_with_response_stream(client):
    body = native("begin, then throw ModelStreamErrorException")
    stream = client.invoke_model_with_response_stream(modelId=HAIKU, body=body)["body"]
    with pytest.raises(EventStreamError, match="thrown as ModelStreamErrorException"):
        list(stream)


def test_closing_a_stream_early_reaches_the_engine(client):
    stream = client.converse_stream(modelId=HAIKU, messages=user("never end"))["stream"]
    next(event for event in stream if "contentBlockDelta" in event)
    stream.close()
    seen = client.converse(modelId=HAIKU, messages=user("was I aborted?"))
    assert seen["output"]["message"]["content"][0]["text"] == "yes"


def test_tls_with_the_served_certificate():
    client = make_client("OUTCROP_TLS_URL", verify=os.environ["OUTCROP_TLS_CERT"])
    assert len(list(client.converse_stream(modelId=HAIKU, messages=user("hi"))["stream"])) > 4


def signed(**options):
    return make_client(
        "OUTCROP_SIGNED_URL",
        **{
            "aws_access_key_id": os.environ["OUTCROP_KEY_ID"],
            "aws_secret_access_key": os.environ["OUTCROP_SECRET_KEY"],
            **options,
        },
    )


@pytest.mark.parametrize("model", [HAIKU, ARN], ids=["plain", "arn"])
def test_a_right_signature_is_let_in(model):
    assert signed().converse(modelId=model, messages=user("hi"))["stopReason"] == "end_turn"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"aws_secret_access_key": "guessed"}, "InvalidSignatureException"),
        ({"aws_access_key_id": "AKIDUNKNOWN"}, "UnrecognizedClientException"),
    ],
    ids=["wrong secret", "unknown key"],
)
def test_a_wrong_signature_is_refused(options, code):
    with pytest.raises(ClientError) as caught:
        signed(**options).converse(modelId=HAIKU, messages=user("hi"))
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def with_api_key(monkeypatch, api_key):
    """botocore sends API keys over HTTPS alone: over http it refuses before it sends."""
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", api_key)
    settings = {"region_name": "us-east-1", "verify": os.environ["OUTCROP_TLS_CERT"]}
    return boto3.client("bedrock-runtime", endpoint_url=os.environ["OUTCROP_SIGNED_TLS_URL"], **settings)


def test_a_bedrock_api_key_is_let_in(monkeypatch):
    client = with_api_key(monkeypatch, os.environ["OUTCROP_BEARER_TOKEN"])
    assert client.converse(modelId=HAIKU, messages=user("hi"))["stopReason"] == "end_turn"


def test_a_wrong_bedrock_api_key_is_refused(monkeypatch):
    with pytest.raises(ClientError) as caught:
        with_api_key(monkeypatch, "guessed").converse(modelId=HAIKU, messages=user("hi"))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert "API Key" in caught.value.response["Error"]["Message"]
