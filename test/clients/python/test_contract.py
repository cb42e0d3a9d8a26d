"""The contract of Floci's Bedrock Runtime stub, a test or more a row. Row 9's AWS CLI commands are in aws-cli.test.ts."""

import json
import os
import urllib.error
import urllib.request
from urllib.parse import quote

import boto3
import pytest
from botocore.exceptions import ClientError

from conftest import make_client

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
PROFILE = "us.anthropic.claude-3-5-sonnet-20241022-v2:0"
ARN = f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/{PROFILE}"
UNKNOWN = "acme.oracle-v1:0"
HI = [{"role": "user", "content": [{"text": "hi"}]}]
NATIVE = {
    "anthropic_version": "bedrock-2023-05-31",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "hi"}],
}
MODES = ["OUTCROP_URL", "OUTCROP_FLOCI_URL"]


@pytest.fixture(params=MODES, ids=["default", "floci"])
def mode(request):
    """The name of the variable with the emulator's URL; rows 1 to 9 hold in every mode."""
    return request.param


def post(variable, path, body, method="POST"):
    """Status, headers and JSON body of a request that no client has shaped or checked."""
    data = body if isinstance(body, bytes) else body.encode()
    headers = {"Content-Type": "application/json"} if method == "POST" else {}
    request = urllib.request.Request(
        os.environ[variable] + path, data=data if method == "POST" else None, headers=headers, method=method
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, error.headers, json.loads(error.read())


def test_row_1_any_credentials_are_accepted(mode):
    client = make_client(mode, aws_access_key_id="whatever", aws_secret_access_key="whatever")
    assert client.converse(modelId=HAIKU, messages=HI)["stopReason"] == "end_turn"


def test_row_1_no_credentials_are_accepted(mode):
    status, _, body = post(mode, f"/model/{HAIKU}/converse", json.dumps({"messages": HI}))
    assert status == 200
    assert body["stopReason"] == "end_turn"


def test_row_2_converse(mode):
    reply = make_client(mode).converse(modelId=HAIKU, messages=HI)
    message = reply["output"]["message"]
    assert message["role"] == "assistant"
    assert [list(block) for block in message["content"]] == [["text"]]
    assert HAIKU in message["content"][0]["text"]
    assert reply["stopReason"] == "end_turn"
    usage = reply["usage"]
    assert usage["inputTokens"] > 0
    assert usage["outputTokens"] > 0
    assert usage["totalTokens"] == usage["inputTokens"] + usage["outputTokens"]
    assert reply["metrics"]["latencyMs"] >= 0


@pytest.mark.parametrize("model", [HAIKU, PROFILE, ARN], ids=["plain", "profile", "arn"])
def test_row_3_invoke_of_anthropic_models(mode, model):
    reply = make_client(mode).invoke_model(modelId=model, body=json.dumps(NATIVE))
    body = json.loads(reply["body"].read())
    assert body["id"] != ""
    assert (body["type"], body["role"], body["stop_reason"]) == ("message", "assistant", "end_turn")
    assert [block["type"] for block in body["content"]] == ["text"]
    assert model in body["content"][0]["text"]
    assert body["model"] == model
    assert body["usage"]["input_tokens"] > 0
    assert body["usage"]["output_tokens"] > 0


def test_row_4_invoke_of_an_unknown_family(mode):
    reply = make_client(mode).invoke_model(modelId=UNKNOWN, body=json.dumps({"prompt": "hi"}))
    body = json.loads(reply["body"].read())
    assert list(body) == ["outputs"]
    assert UNKNOWN in body["outputs"][0]["text"]


@pytest.mark.parametrize("model", [HAIKU, PROFILE, ARN], ids=["plain", "profile", "arn"])
@pytest.mark.parametrize("written", [str, lambda text: quote(text, safe="")], ids=["raw", "encoded"])
def test_row_5_model_ids_are_decoded_and_echoed(mode, model, written):
    status, _, body = post(mode, f"/model/{written(model)}/converse", json.dumps({"messages": HI}))
    assert status == 200
    assert model in body["output"]["message"]["content"][0]["text"]
    status, _, body = post(mode, f"/model/{written(model)}/invoke", json.dumps(NATIVE))
    assert status == 200
    assert body["model"] == model


@pytest.mark.parametrize("body", ["{}", '{"messages":[]}', "not json"], ids=["none", "empty", "not JSON"])
def test_row_6_converse_without_messages(mode, body):
    status, headers, answer = post(mode, f"/model/{HAIKU}/converse", body)
    assert status == 400
    assert headers["x-amzn-ErrorType"].split(":")[0] == answer["__type"]
    assert answer["message"] != ""
    assert body == "not json" or answer["__type"] == "ValidationException"


def test_row_6_an_empty_list_is_a_validation_exception_in_boto3(mode):
    client = make_client(mode)
    with pytest.raises(client.exceptions.ValidationException):
        client.converse(modelId=HAIKU, messages=[])


def test_row_7_system_inference_and_tool_configuration_are_accepted(mode):
    reply = make_client(mode).converse(
        modelId=HAIKU,
        messages=HI,
        system=[{"text": "Be brief."}],
        inferenceConfig={"maxTokens": 200, "temperature": 0.5, "topP": 0.9, "stopSequences": ["END"]},
        toolConfig={"tools": [{"toolSpec": {"name": "now", "inputSchema": {"json": {"type": "object"}}}}]},
    )
    assert reply["stopReason"] == "end_turn"


@pytest.mark.parametrize("how", ["FILE", "FLOCI_FILE", "VARIABLE"])
def test_row_8_the_service_can_be_switched_off(how):
    with pytest.raises(ClientError) as caught:
        make_client(f"OUTCROP_OFF_BY_{how}_URL").converse(modelId=HAIKU, messages=HI)
    assert 400 <= caught.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500


def test_row_9_the_published_boto3_example(mode, monkeypatch, capsys):
    for name, value in [("DEFAULT_REGION", "us-east-1"), ("ACCESS_KEY_ID", "test"), ("SECRET_ACCESS_KEY", "test")]:
        monkeypatch.setenv(f"AWS_{name}", value)
    client = boto3.client("bedrock-runtime", endpoint_url=os.environ[mode])
    resp = client.converse(
        modelId="anthropic.claude-3-haiku-20240307-v1:0",
        messages=[{"role": "user", "content": [{"text": "hi"}]}],
    )
    print(resp["output"]["message"]["content"][0]["text"])
    assert HAIKU in capsys.readouterr().out


def test_row_10_streams_are_unsupported(floci):
    with pytest.raises(ClientError) as caught:
        floci.converse_stream(modelId=HAIKU, messages=HI)
    assert caught.value.response["Error"]["Code"] == "UnsupportedOperationException"
    with pytest.raises(ClientError) as caught:
        floci.invoke_model_with_response_stream(modelId=HAIKU, body=json.dumps(NATIVE))
    assert caught.value.response["Error"]["Code"] == "UnsupportedOperationException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_row_10_the_body_says_its_type():
    status, _, body = post("OUTCROP_FLOCI_URL", f"/model/{HAIKU}/converse-stream", json.dumps({"messages": HI}))
    assert (status, body["__type"]) == (501, "UnsupportedOperationException")


@pytest.mark.parametrize("model", ["amazon.nova-lite-v1:0", "meta.llama3-8b-instruct-v1:0", UNKNOWN])
def test_row_11_every_other_family_answers_the_generic_body(floci, model):
    body = json.loads(floci.invoke_model(modelId=model, body="{}")["body"].read())
    assert list(body) == ["outputs"]
    assert model in body["outputs"][0]["text"]


def test_row_12_no_tool_is_ever_called(floci):
    tool = {"toolSpec": {"name": "now", "inputSchema": {"json": {"type": "object"}}}}
    reply = floci.converse(modelId=HAIKU, messages=HI, toolConfig={"tools": [tool], "toolChoice": {"any": {}}})
    assert reply["stopReason"] == "end_turn"
    assert [list(block) for block in reply["output"]["message"]["content"]] == [["text"]]


@pytest.mark.parametrize(
    "more",
    [
        {"toolConfig": {"tools": []}},
        {"inferenceConfig": {"temperature": 99, "maxTokens": -1}},
        {"system": "not a list", "surprise": True},
    ],
    ids=["no tools", "out of range", "wrong types"],
)
def test_row_12_only_messages_is_validated(more):
    status, _, body = post("OUTCROP_FLOCI_URL", f"/model/{HAIKU}/converse", json.dumps({"messages": HI, **more}))
    assert status == 200
    assert body["stopReason"] == "end_turn"


def test_row_12_what_stands_in_messages_is_not_looked_at():
    status, _, body = post("OUTCROP_FLOCI_URL", f"/model/{HAIKU}/converse", '{"messages":[{"role":"bogus"}]}')
    assert status == 200
    assert body["stopReason"] == "end_turn"


@pytest.mark.parametrize("body", [b"\xff\xfe garbage", b"", os.urandom(1_000_000)], ids=["garbage", "empty", "megabyte"])
def test_row_13_invoke_bodies_are_opaque(body):
    status, _, answer = post("OUTCROP_FLOCI_URL", f"/model/{HAIKU}/invoke", body)
    assert status == 200
    assert answer["type"] == "message"


def test_row_14_there_is_no_management_plane():
    options = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    bedrock = boto3.client("bedrock", endpoint_url=os.environ["OUTCROP_FLOCI_URL"], **options)
    with pytest.raises(ClientError) as caught:
        bedrock.list_foundation_models()
    assert caught.value.response["Error"]["Code"] in ("UnsupportedOperationException", "UnknownOperationException")


def test_row_14_other_runtime_operations_are_unsupported(floci):
    with pytest.raises(ClientError) as caught:
        floci.count_tokens(modelId=HAIKU, input={"converse": {"messages": HI}})
    assert caught.value.response["Error"]["Code"] == "UnsupportedOperationException"


def test_row_15_the_stub_backend_is_asked_for_by_its_variable():
    reply = make_client("OUTCROP_BACKEND_STUB_URL").converse(modelId=HAIKU, messages=HI)
    assert HAIKU in reply["output"]["message"]["content"][0]["text"]


@pytest.mark.parametrize(
    ("how", "model", "answer"),
    [
        ("MAPPED", HAIKU, "small by Bearer sk-outcrop"),
        ("MAPPED", "amazon.nova-lite-v1:0", "lite by Bearer sk-outcrop"),
        ("MAPPED", UNKNOWN, "llama3.2 by Bearer sk-outcrop"),
        ("PASSTHROUGH", UNKNOWN, f"{UNKNOWN} by undefined"),
    ],
    ids=["mapped", "mapped too", "default", "passthrough before default"],
)
def test_row_15_the_proxy_backend_resolves_models(how, model, answer):
    reply = make_client(f"OUTCROP_PROXY_{how}_URL").converse(modelId=model, messages=HI)
    assert reply["output"]["message"]["content"] == [{"text": answer}]


def test_row_15_a_model_that_resolves_to_nothing_is_refused():
    client = make_client("OUTCROP_PROXY_BARE_URL")
    with pytest.raises(client.exceptions.ValidationException):
        client.converse(modelId=HAIKU, messages=HI)


def test_row_15_invoke_model_is_not_proxied():
    reply = make_client("OUTCROP_PROXY_MAPPED_URL").invoke_model(modelId=HAIKU, body=json.dumps(NATIVE))
    assert json.loads(reply["body"].read())["content"][0]["text"] != "small by Bearer sk-outcrop"
