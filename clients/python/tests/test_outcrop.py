import re
import threading

import pytest

from outcrop import OutcropError, attach, start

MODEL = "amazon.nova-lite-v1:0"
TOOLS = {"tools": [{"toolSpec": {"name": "get_weather", "inputSchema": {"json": {"type": "object"}}}}]}


def ask(outcrop, text, **options):
    messages = [{"role": "user", "content": [{"text": text}]}]
    answer = outcrop.client().converse(modelId=MODEL, messages=messages, **options)
    return answer["output"]["message"]["content"][0].get("text")


def once():
    """boto3 without retries."""
    from botocore.config import Config

    return Config(retries={"total_max_attempts": 1})


def test_a_rule_answers_with_what_it_captured(outcrop):
    outcrop.when(user="weather in {city}").text("It rains in {city}.")
    assert ask(outcrop, "How is the weather in Oslo") == "It rains in Oslo."


def test_a_regular_expression_with_flags_and_groups(outcrop):
    outcrop.when(user=re.compile(r"flight (?P<number>[a-z]+\d+)", re.IGNORECASE)).text("On time: {number}")
    assert ask(outcrop, "Is Flight LH400 late?") == "On time: LH400"


def test_a_tool_call_then_a_text(outcrop):
    outcrop.when(user="weather").call_tool("get_weather", {"city": "Oslo"}).then.text("{toolResult.degrees} degrees")
    client = outcrop.client()
    messages = [{"role": "user", "content": [{"text": "weather?"}]}]
    first = client.converse(modelId=MODEL, messages=messages, toolConfig=TOOLS)
    assert first["stopReason"] == "tool_use"
    call = first["output"]["message"]["content"][0]["toolUse"]
    assert (call["name"], call["input"]) == ("get_weather", {"city": "Oslo"})

    result = {"toolUseId": call["toolUseId"], "content": [{"json": {"degrees": -4}}]}
    messages += [first["output"]["message"], {"role": "user", "content": [{"toolResult": result}]}]
    second = client.converse(modelId=MODEL, messages=messages, toolConfig=TOOLS)
    assert second["output"]["message"]["content"] == [{"text": "-4 degrees"}]


def test_replies_follow_each_other(outcrop):
    outcrop.when(user="next", replies=["one", {"text": "two"}])
    assert [ask(outcrop, "next") for _ in range(3)] == ["one", "two", "two"]


def test_a_rule_ends_after_its_times_and_when_it_is_removed(outcrop):
    fallback = outcrop.when().text("fallback")
    outcrop.when(user="hi", times=1).text("once")
    assert [ask(outcrop, "hi"), ask(outcrop, "hi")] == ["once", "fallback"]
    fallback.remove()
    assert ask(outcrop, "hi") != "fallback"


def test_rules_say_how_often_they_answered(outcrop):
    outcrop.when(name="yes").text("yes")
    ask(outcrop, "hi")
    assert [(rule["name"], rule["answered"]) for rule in outcrop.rules()] == [("yes", 1)]


def test_namespaces_do_not_meet(outcrop, outcrop_server):
    other = outcrop_server.namespace()
    outcrop.when().text("mine")
    assert ask(outcrop, "hi") == "mine"
    assert ask(other, "hi") != "mine"
    assert len(outcrop.exchanges()) == 1


def test_a_fault_hits_and_boto3_retries(outcrop):
    outcrop.when().text("there")
    outcrop.fail("ThrottlingException", times=1)
    assert ask(outcrop, "hi") == "there"
    assert [exchange["status"] for exchange in outcrop.exchanges()] == [429, 200]


def test_a_fault_that_cannot_be_says_why(outcrop):
    with pytest.raises(OutcropError, match="A fault does not say what fails"):
        outcrop.fail(times=1)


def test_a_quota_ends_with_its_minute(outcrop):
    outcrop.quota(requests_per_minute=1)
    client = outcrop.client(config=once())
    messages = [{"role": "user", "content": [{"text": "hi"}]}]
    client.converse(modelId=MODEL, messages=messages)
    with pytest.raises(client.exceptions.ThrottlingException):
        client.converse(modelId=MODEL, messages=messages)
    outcrop.advance("60s")
    client.converse(modelId=MODEL, messages=messages)


def test_received_waits_for_a_call_to_come(outcrop):
    outcrop.when(user="later").text("here I am")
    caller = threading.Timer(0.05, ask, (outcrop, "later"))
    caller.start()
    exchange = outcrop.received(operation="Converse", user="later")
    caller.join()
    assert exchange.reply == "here I am"
    assert exchange["notes"]["rule"] == "rule 1"


def test_received_says_what_did_come(outcrop):
    ask(outcrop, "hello")
    with pytest.raises(AssertionError) as refused:
        outcrop.received(user=re.compile("weather"), timeout=0.05)
    assert str(refused.value).startswith("0 of 1 calls like user=/weather/ within 0.05 s. What came:\n")
    assert 'user is "hello", not /weather/' in str(refused.value)


def test_assert_asked_counts(outcrop):
    ask(outcrop, "hello")
    outcrop.assert_asked(user="hello", times=1)
    with pytest.raises(AssertionError, match="Expected 2 calls like user=\"hello\", but 1 of 1 matched"):
        outcrop.assert_asked(user="hello", times=2)


def test_reset_forgets(outcrop):
    outcrop.when().text("scripted")
    ask(outcrop, "hi")
    outcrop.reset()
    assert outcrop.exchanges() == []
    assert ask(outcrop, "hi") != "scripted"


def test_a_rule_that_cannot_work_says_why(outcrop):
    with pytest.raises(OutcropError, match="user"):
        outcrop.when(user=re.compile("a(?=b)")).text("never")
    with pytest.raises(TypeError, match="There is no condition usr"):
        outcrop.when(usr="typo")


def test_attaching_where_nobody_answers_says_what_to_do():
    with pytest.raises(OutcropError, match="Start one with npx outcrop"):
        attach("http://127.0.0.1:9")


def test_without_a_command_only_an_installed_outcrop_is_started(tmp_path, monkeypatch):
    npx = tmp_path / "npx"
    npx.write_text('#!/bin/sh\necho "npx $*"\nexit 1\n')
    npx.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("OUTCROP_COMMAND", raising=False)
    with pytest.raises(OutcropError, match="npx --no outcrop start --port 0(.|\n)*set OUTCROP_COMMAND"):
        start()


def test_the_fixture_starts_a_server_by_the_command(pytester, monkeypatch):
    import os

    if not os.environ.get("OUTCROP_COMMAND"):
        pytest.skip("OUTCROP_COMMAND is not set")
    monkeypatch.delenv("OUTCROP_URL", raising=False)
    pytester.makeconftest('pytest_plugins = ["outcrop.pytest_plugin"]')
    pytester.makepyfile(
        """
        def test_it(outcrop):
            outcrop.when().text("yes")
            messages = [{"role": "user", "content": [{"text": "hi"}]}]
            answer = outcrop.client().converse(modelId="amazon.nova-lite-v1:0", messages=messages)
            assert answer["output"]["message"]["content"] == [{"text": "yes"}]
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)
