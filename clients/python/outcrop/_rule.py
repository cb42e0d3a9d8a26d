"""Rules: ``when(user="weather").call_tool("get_weather", {"city": "Oslo"}).then.text("Cold.")``"""

import re

_CONDITIONS = {
    "user": "user",
    "message": "message",
    "system": "system",
    "model": "model",
    "operation": "operation",
    "tools": "tools",
    "tool_result": "toolResult",
    "turn": "turn",
    "nth": "nth",
    "image": "image",
    "document": "document",
    "video": "video",
    "request": "request",
    "metadata": "metadata",
    "region": "region",
    "account": "account",
    "any": "any",
    "not_": "not",
}
_REPLY = {
    "stop_reason": "stopReason",
    "tokens_per_second": "tokensPerSecond",
    "first_token": "firstToken",
}
_FLAGS = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s"}


def conditions(given):
    """Conditions as scripts write them, from keyword arguments.

    Raises TypeError on one that there is not.
    """
    when = {}
    for name, value in given.items():
        if name not in _CONDITIONS:
            raise TypeError(f"There is no condition {name}. There are {', '.join(sorted(_CONDITIONS))}.")
        when[_CONDITIONS[name]] = _plain(value)
    return when


def _plain(value):
    """Regular expressions as scripts write them: ``/weather/i``."""
    if isinstance(value, re.Pattern):
        flags = "".join(letter for flag, letter in _FLAGS.items() if value.flags & flag)
        # A named group is (?<name>…) in scripts.
        return f"/{value.pattern.replace('(?P<', '(?<')}/{flags}"
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


class When:
    """A rule without its reply; it is in force once it says something."""

    def __init__(self, rules, step):
        self._rules = rules
        self._step = step

    def text(self, text, **members):
        """Answers with a text; ``{captures}`` and ``{toolResult.member}`` are filled in."""
        return self.reply(text=text, **members)

    def call_tool(self, name, input=None, **members):
        """Calls a tool; the stop reason is ``tool_use``."""
        return self.reply(tool={"name": name, "input": input or {}}, **members)

    def throw(self, name, message=None):
        """Raises an exception of Bedrock Runtime in place of a reply."""
        return self.reply(error=name if message is None else {"name": name, "message": message})

    def reply(self, **members):
        """Answers with whatever a script may say: ``reasoning``, ``tools``, ``usage``, ``pace``, ``native`` …"""
        return self._rules.say(self._step, {_REPLY.get(name, name): value for name, value in members.items()})


class Rule:
    """A rule that is in force."""

    def __init__(self, rules, step):
        self._rules = rules
        self._step = step

    @property
    def name(self):
        """As the journal and messages call it."""
        return self._rules.name

    @property
    def then(self):
        """The next reply of the conversation: to the tool's result after a tool call, else to what the user says next."""
        said = self._rules.steps[self._step]["reply"]
        tool = said.get("tool")
        return When(self._rules, {"toolResult": tool["name"]} if tool else {})

    def remove(self):
        """The rule answers no more."""
        self._rules.remove()


class Rules:
    """The steps of one rule. Each change takes the place of what was there, so that it is in force when a call returns."""

    def __init__(self, name, first, add, remove):
        self.name = name
        self.first = first
        self.steps = []
        self._options = {}
        self._add = add
        self._remove = remove
        self._id = None

    def begin(self, options):
        self._options = options
        return When(self, None)

    def say(self, condition, reply):
        self.steps.append({"when": condition or {}, "reply": reply})
        before = self._id
        self._id = self._add(self.write())
        if before:
            self._remove(before)
        return Rule(self, len(self.steps) - 1)

    def remove(self):
        if self._id:
            self._remove(self._id)
        self._id = None

    def write(self):
        """The rule as scripts write it."""
        first, rest = self.steps[0], self.steps[1:]
        tools = [step["when"].get("toolResult") for step in rest]
        # Tools that differ tell the steps apart, wherever in a conversation they are.
        if all(tools) and len(set(tools)) == len(tools):
            opening = {"toolResult": False, **self.first} if rest else self.first
            lasting = {key: value for key, value in self.first.items() if key not in ("nth", "turn")}
            rules = [{"name": self.name, "when": opening, **first["reply"]}]
            for number, step in enumerate(rest, 1):
                when = {**lasting, **step["when"]}
                rules.append({"name": f"{self.name}, then {number}", "when": when, **step["reply"]})
            return [{**rule, **self._options} for rule in rules]
        when = dict(self.first)
        opening = {key: when.pop(key) for key in ("user", "toolResult") if key in when}
        turns = [{**opening, **first["reply"]}]
        turns += [{**step["when"], **step["reply"]} for step in rest]
        return [{"name": self.name, "when": when, "turns": turns, **self._options}]
