"""AI frameworks before an Outcrop that a real model answers behind; test/upstreams/run.ts starts both and passes the URL.

The model's weights are random: what it says means nothing, and every assertion is of shape.
"""

import asyncio
import os

# Nothing of the machine's own AWS configuration, and no list of prices from the network.
os.environ.update(
    AWS_REGION="us-east-1",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    AWS_EC2_METADATA_DISABLED="true",
    LITELLM_LOCAL_MODEL_COST_MAP="True",
)

import anthropic
import litellm
import pydantic_ai
import pytest
import strands
from langchain_aws import BedrockEmbeddings, ChatBedrockConverse
from pydantic_ai.models.bedrock import BedrockConverseModel
from pydantic_ai.providers.bedrock import BedrockProvider
from strands.models import BedrockModel
from strands.types.exceptions import MaxTokensReachedException

URL = os.environ["OUTCROP_URL"]
HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
SONNET = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
HELLO = [{"role": "user", "content": "Hello"}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string", "maxLength": 12}},
            "required": ["city"],
        },
    },
}


def complete(model=HAIKU, **options):
    return litellm.completion(
        model=f"bedrock/{model}", messages=HELLO, aws_bedrock_runtime_endpoint=URL, num_retries=0, **options
    )


def test_litellm_answers_and_streams():
    whole = complete(temperature=0, max_tokens=12)
    chunks = list(complete(temperature=0, max_tokens=12, stream=True))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == whole.choices[0].message.content
    assert whole.choices[0].finish_reason == "length"
    assert whole.usage.completion_tokens == 12


def test_litellm_calls_a_tool():
    # Of the older models it believes that they cannot be told to call.
    reply = complete(SONNET, tools=[WEATHER], tool_choice="required", max_tokens=1000)
    assert reply.choices[0].finish_reason == "tool_calls"
    assert reply.choices[0].message.tool_calls[0].function.name == "weather"


def test_litellm_embeds():
    reply = litellm.embedding(
        model="bedrock/amazon.titan-embed-text-v2:0", input=["a", "b"], aws_bedrock_runtime_endpoint=URL
    )
    assert [len(row["embedding"]) for row in reply.data] == [64, 64]


@pytest.mark.parametrize("streaming", [True, False])
def test_strands_reads_why_a_reply_ended(streaming):
    model = BedrockModel(model_id=HAIKU, endpoint_url=URL, streaming=streaming, temperature=0, max_tokens=12)
    agent = strands.Agent(model=model, system_prompt="Be brief.", callback_handler=None)
    with pytest.raises(MaxTokensReachedException):
        # Greedy, this model never ends by itself: Strands has an error of its own for a reply that was cut.
        agent("Hello")


def test_langchain_answers_and_streams():
    chat = ChatBedrockConverse(model=HAIKU, endpoint_url=URL, region_name="us-east-1", temperature=0, max_tokens=12)
    whole = chat.invoke("Hello")
    assert "".join(chunk.text for chunk in chat.stream("Hello")) == whole.text
    assert whole.usage_metadata["output_tokens"] == 12


def test_langchain_embeds():
    embeddings = BedrockEmbeddings(
        model_id="amazon.titan-embed-text-v2:0", endpoint_url=URL, region_name="us-east-1"
    )
    assert [len(vector) for vector in embeddings.embed_documents(["a", "b"])] == [64, 64]


def test_pydantic_ai_streams():
    provider = BedrockProvider(base_url=URL, region_name="us-east-1")
    agent = pydantic_ai.Agent(
        BedrockConverseModel(HAIKU, provider=provider), model_settings={"temperature": 0, "max_tokens": 12}
    )

    async def stream():
        async with agent.run_stream("Hello") as result:
            return [text async for text in result.stream_text(delta=True, debounce_by=None)]

    assert len("".join(asyncio.run(stream()))) == 12


def test_anthropic_answers_and_streams():
    claude = anthropic.AnthropicBedrock(base_url=URL, max_retries=0)
    # Its newest version has no argument for the temperature any more.
    request = {"model": HAIKU, "max_tokens": 12, "messages": HELLO, "extra_body": {"temperature": 0}}
    whole = claude.messages.create(**request)
    with claude.messages.stream(**request) as stream:
        assert "".join(stream.text_stream) == whole.content[0].text
    assert whole.stop_reason == "max_tokens"
    assert whole.usage.output_tokens == 12
