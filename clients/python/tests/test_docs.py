"""Runs the blocks of Python of the pages that show them."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[3]


def blocks(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def my_assistant(client, text):
    """What the README calls the application: it plays a tool loop."""
    messages = [{"role": "user", "content": [{"text": text}]}]
    tools = [{"toolSpec": {"name": "get_weather", "inputSchema": {"json": {"type": "object"}}}}]
    while True:
        answer = client.converse(modelId="amazon.nova-lite-v1:0", messages=messages, toolConfig={"tools": tools})
        message = answer["output"]["message"]
        if answer["stopReason"] != "tool_use":
            return message["content"][0]["text"]
        calls = [block["toolUse"]["toolUseId"] for block in message["content"] if "toolUse" in block]
        results = [{"toolResult": {"toolUseId": call, "content": [{"json": {"degrees": -4}}]}} for call in calls]
        messages += [message, {"role": "user", "content": results}]


@pytest.mark.parametrize("page", ["docs/testing.md", "clients/python/README.md"])
def test_every_block_of_a_page_runs(page, outcrop):
    found = blocks(page)
    assert found
    for source in found:
        names = {"my_assistant": my_assistant}
        exec(compile(source, page, "exec"), names)  # noqa: S102
        for name, run in names.items():
            if name.startswith("test_"):
                run(outcrop.namespace())
