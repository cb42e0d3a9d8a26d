"""boto3 with the models that are asked no turns: embeddings, rerank, images."""

import base64
import json
import struct

import pytest
from botocore.exceptions import ClientError


def invoke(client, model, body):
    reply = client.invoke_model(modelId=model, body=json.dumps(body))
    assert reply["contentType"] == "application/json"
    return json.loads(reply["body"].read()), reply["ResponseMetadata"]["HTTPHeaders"]


def dot(one, other):
    return sum(a * b for a, b in zip(one, other, strict=True))


NOVA = {
    "taskType": "SINGLE_EMBEDDING",
    "singleEmbeddingParams": {"embeddingPurpose": "GENERIC_INDEX", "embeddingDimension": 256, "text": {"value": "hi"}},
}


@pytest.mark.parametrize(
    ("model", "body", "path", "dimensions"),
    [
        ("amazon.titan-embed-text-v1", {"inputText": "hi"}, ["embedding"], 1536),
        ("amazon.titan-embed-text-v2:0", {"inputText": "hi", "dimensions": 512}, ["embedding"], 512),
        ("amazon.titan-embed-image-v1", {"inputText": "hi"}, ["embedding"], 1024),
        ("cohere.embed-english-v3", {"texts": ["hi"], "input_type": "search_query"}, ["embeddings", 0], 1024),
        ("cohere.embed-v4:0", {"texts": ["hi"], "input_type": "search_query"}, ["embeddings", "float", 0], 1536),
        ("amazon.nova-2-multimodal-embeddings-v1:0", NOVA, ["embeddings", 0, "embedding"], 256),
        (
            "twelvelabs.marengo-embed-3-0-v1:0",
            {"inputType": "text", "text": {"inputText": "hi"}},
            ["data", 0, "embedding"],
            512,
        ),
    ],
)
def test_an_embedding_has_its_dimensions_and_unit_length(client, model, body, path, dimensions):
    value, headers = invoke(client, model, body)
    for key in path:
        value = value[key]
    assert len(value) == dimensions
    assert dot(value, value) == pytest.approx(1, abs=1e-5)
    assert int(headers["x-amzn-bedrock-input-token-count"]) > 0


def test_cohere_answers_the_types_that_were_asked(client):
    types = ["int8", "ubinary"]
    body = {"texts": ["hi", "there"], "input_type": "search_document", "embedding_types": types}
    answer, _ = invoke(client, "cohere.embed-multilingual-v3", body)
    assert list(answer["embeddings"]) == types
    assert all(-128 <= value <= 127 for value in answer["embeddings"]["int8"][1])
    assert len(answer["embeddings"]["ubinary"][0]) == 128


@pytest.mark.parametrize(("model", "more"), [("cohere.rerank-v3-5:0", {"api_version": 2}), ("amazon.rerank-v1:0", {})])
def test_rerank_puts_the_best_document_first(client, model, more):
    documents = ["Espresso needs fine grounds.", "Backups are kept for 35 days."]
    answer, headers = invoke(client, model, {"query": "how long are backups kept", "documents": documents, **more})
    assert [result["index"] for result in answer["results"]] == [1, 0]
    assert "x-amzn-bedrock-input-token-count" not in headers


def test_nova_canvas_answers_a_png(client):
    body = {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": "a granite cliff"},
        "imageGenerationConfig": {"width": 336, "height": 320},
    }
    answer, _ = invoke(client, "amazon.nova-canvas-v1:0", body)
    image = base64.b64decode(answer["images"][0], validate=True)
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", image[16:24]) == (336, 320)


@pytest.mark.parametrize(("form", "start"), [("png", b"\x89PNG"), ("jpeg", b"\xff\xd8\xff"), ("webp", b"RIFF")])
def test_stable_image_answers_the_format(client, form, start):
    body = {"prompt": "a granite cliff", "output_format": form, "seed": 7}
    answer, _ = invoke(client, "stability.stable-image-core-v1:1", body)
    assert answer["seeds"] == [7]
    assert base64.b64decode(answer["images"][0], validate=True).startswith(start)


def test_video_models_are_not_invoked(client):
    with pytest.raises(ClientError) as raised:
        invoke(client, "amazon.nova-reel-v1:1", {})
    assert raised.value.response["Error"]["Code"] == "ValidationException"


def test_embeddings_do_not_stream(client):
    with pytest.raises(ClientError) as raised:
        client.invoke_model_with_response_stream(modelId="amazon.titan-embed-text-v2:0", body='{"inputText":"hi"}')
    assert raised.value.response["Error"]["Message"] == "The model is unsupported for streaming."
