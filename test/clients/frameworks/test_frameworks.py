"""AI frameworks as users point them at a Bedrock of their own: an endpoint, and nothing else changed."""

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
from botocore.exceptions import EventStreamError
from langchain_aws import BedrockEmbeddings, ChatBedrock, ChatBedrockConverse
from langchain_core.messages import HumanMessage, ToolMessage
from pydantic import BaseModel
from pydantic_ai.models.bedrock import BedrockConverseModel
from pydantic_ai.providers.bedrock import BedrockProvider
from strands.models import BedrockModel

URL = os.environ["OUTCROP_URL"]
HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
SONNET = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
IMPORTED = "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghij12"
CALL = 'call weather {"city": "Bern"}'
BREAK = "begin, then throw ModelStreamErrorException"


class Weather(BaseModel):
    city: str
    days: int


def weather(city: str) -> str:
    """The weather of a city."""
    return f"sunny in {city}"


def user(text):
    return [{"role": "user", "content": text}]


# LiteLLM

WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def complete(text, model=HAIKU, route="", **options):
    options = {"messages": user(text), "num_retries": 0, **options}
    return litellm.completion(model=f"bedrock/{route}{model}", aws_bedrock_runtime_endpoint=URL, **options)


@pytest.mark.parametrize("route", ["", "converse/", "invoke/"])
def test_litellm_answers(route):
    reply = complete("hi", route=route)
    assert HAIKU in reply.choices[0].message.content
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens > 0


@pytest.mark.parametrize("route", ["", "invoke/"])
def test_litellm_streams(route):
    chunks = list(complete("hi", route=route, stream=True))
    assert HAIKU in "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert len(chunks) > 4


@pytest.mark.parametrize("limit", [{}, {"max_tokens": 100}])
@pytest.mark.parametrize("route", ["llama/", "qwen3/"])
def test_litellm_asks_an_imported_model(route, limit):
    reply = complete("hi", model=IMPORTED, route=route, **limit)
    assert IMPORTED in reply.choices[0].message.content
    chunks = list(complete("hi", model=IMPORTED, route=route, stream=True, **limit))
    assert IMPORTED in "".join(chunk.choices[0].delta.content or "" for chunk in chunks)


@pytest.mark.parametrize("route", ["", "invoke/"])
def test_litellm_makes_a_tool_round_trip(route):
    first = complete(CALL, route=route, tools=[WEATHER])
    assert first.choices[0].finish_reason == "tool_calls"
    call = first.choices[0].message.tool_calls[0]
    assert (call.function.name, call.function.arguments) == ("weather", '{"city": "Bern"}')
    result = {"role": "tool", "tool_call_id": call.id, "content": "sunny"}
    messages = [*user(CALL), first.choices[0].message.model_dump(), result]
    assert complete("", route=route, messages=messages, tools=[WEATHER]).choices[0].finish_reason == "stop"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("ValidationException", litellm.BadRequestError),
        ("AccessDeniedException", litellm.PermissionDeniedError),
        ("ResourceNotFoundException", litellm.NotFoundError),
        ("ThrottlingException", litellm.RateLimitError),
        ("ServiceUnavailableException", litellm.ServiceUnavailableError),
    ],
)
def test_litellm_raises_its_own_class_for_each_exception(name, error):
    with pytest.raises(error, match=f"thrown as {name}"):
        complete(f"throw {name}")


def test_litellm_embeds():
    reply = litellm.embedding(
        model="bedrock/amazon.titan-embed-text-v2:0", input=["a", "b"], aws_bedrock_runtime_endpoint=URL
    )
    assert [len(row["embedding"]) for row in reply.data] == [1024, 1024]


# Strands Agents


def agent(**options):
    model = BedrockModel(model_id=HAIKU, endpoint_url=URL, **options)
    return strands.Agent(model=model, tools=[strands.tool(weather)], callback_handler=None)


@pytest.mark.parametrize("streaming", [True, False])
def test_strands_runs_an_agent_loop(streaming):
    looped = agent(streaming=streaming)
    result = looped(CALL)
    assert result.stop_reason == "end_turn"
    assert looped.messages[2]["content"][0]["toolResult"]["content"] == [{"text": "sunny in Bern"}]
    assert HAIKU in str(result)


@pytest.mark.parametrize("streaming", [True, False])
def test_strands_answers_a_structure(streaming):
    answer = agent(streaming=streaming)("hi", structured_output_model=Weather).structured_output
    assert isinstance(answer, Weather)


def test_strands_raises_an_exception_in_mid_stream():
    with pytest.raises(EventStreamError, match="thrown as ModelStreamErrorException"):
        agent()(BREAK)


# LangChain


@pytest.fixture(params=[ChatBedrockConverse, ChatBedrock])
def chat(request):
    return request.param(model=HAIKU, endpoint_url=URL, region_name="us-east-1")


def test_langchain_answers(chat):
    reply = chat.invoke("hi")
    assert HAIKU in reply.content
    assert reply.usage_metadata["total_tokens"] > 0


def test_langchain_streams(chat):
    whole, *chunks = chat.stream("hi")
    for chunk in chunks:
        whole += chunk
    assert HAIKU in whole.text
    assert len(chunks) > 4
    assert whole.usage_metadata["output_tokens"] > 0


def test_langchain_makes_a_tool_round_trip(chat):
    bound = chat.bind_tools([weather])
    first = bound.invoke(CALL)
    call = first.tool_calls[0]
    assert call["args"] == {"city": "Bern"}
    last = bound.invoke([HumanMessage(CALL), first, ToolMessage("sunny", tool_call_id=call["id"])])
    assert HAIKU in last.content


def test_langchain_answers_a_structure(chat):
    assert isinstance(chat.with_structured_output(Weather).invoke("hi"), Weather)


def test_langchain_raises_an_exception_in_mid_stream(chat):
    with pytest.raises(EventStreamError, match="thrown as ModelStreamErrorException"):
        list(chat.stream(BREAK))


@pytest.mark.parametrize(
    ("model", "length"), [("amazon.titan-embed-text-v2:0", 1024), ("cohere.embed-english-v3", 1024)]
)
def test_langchain_embeds(model, length):
    embeddings = BedrockEmbeddings(model_id=model, endpoint_url=URL, region_name="us-east-1")
    assert [len(vector) for vector in embeddings.embed_documents(["a", "b"])] == [length, length]


# Pydantic AI


def pydantic_agent(model=HAIKU, **options):
    provider = BedrockProvider(base_url=URL, region_name="us-east-1")
    return pydantic_ai.Agent(BedrockConverseModel(model, provider=provider), **options)


def test_pydantic_ai_runs_an_agent_loop():
    result = pydantic_agent(tools=[weather]).run_sync(CALL)
    assert HAIKU in result.output
    returned = [part.content for part in result.all_messages()[2].parts]
    assert returned == ["sunny in Bern"]


@pytest.mark.parametrize(
    ("model", "output"), [(HAIKU, pydantic_ai.ToolOutput), (SONNET, pydantic_ai.NativeOutput)]
)
def test_pydantic_ai_answers_a_structure(model, output):
    assert isinstance(pydantic_agent(model, output_type=output(Weather)).run_sync("hi").output, Weather)


def test_pydantic_ai_streams():
    async def stream():
        async with pydantic_agent().run_stream("hi") as result:
            return [text async for text in result.stream_text(delta=True, debounce_by=None)]

    pieces = asyncio.run(stream())
    assert HAIKU in "".join(pieces)
    assert len(pieces) > 4


# Anthropic's own client


@pytest.fixture
def claude():
    return anthropic.AnthropicBedrock(base_url=URL, max_retries=0)


def ask(claude, text, **options):
    return claude.messages.create(model=HAIKU, max_tokens=100, messages=user(text), **options)


def test_anthropic_answers(claude):
    reply = ask(claude, "hi")
    assert HAIKU in reply.content[0].text
    assert reply.stop_reason == "end_turn"


def test_anthropic_streams(claude):
    with claude.messages.stream(model=HAIKU, max_tokens=100, messages=user("hi")) as stream:
        pieces = list(stream.text_stream)
        usage = stream.get_final_message().usage
    assert HAIKU in "".join(pieces)
    assert len(pieces) > 4
    assert usage.output_tokens > 0


def test_anthropic_parses_a_structure(claude):
    reply = claude.messages.parse(model=SONNET, max_tokens=500, messages=user("hi"), output_format=Weather)
    assert isinstance(reply.parsed_output, Weather)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("ValidationException", anthropic.BadRequestError),
        ("AccessDeniedException", anthropic.PermissionDeniedError),
        ("ResourceNotFoundException", anthropic.NotFoundError),
        ("ThrottlingException", anthropic.RateLimitError),
        ("InternalServerException", anthropic.InternalServerError),
    ],
)
def test_anthropic_raises_its_own_class_for_each_exception(claude, name, error):
    with pytest.raises(error, match=f"thrown as {name}"):
        ask(claude, f"throw {name}")


def test_anthropic_closes_a_stream_early(claude):
    with claude.messages.stream(model=HAIKU, max_tokens=100, messages=user("never end")) as stream:
        next(iter(stream.text_stream))
    assert ask(claude, "was I aborted?").content[0].text == "yes"


def test_anthropic_over_tls(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", os.environ["OUTCROP_TLS_CERT"])
    secure = anthropic.AnthropicBedrock(base_url=os.environ["OUTCROP_TLS_URL"])
    assert HAIKU in ask(secure, "hi").content[0].text
