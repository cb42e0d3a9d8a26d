"""What happened: exchanges of the journal, and which of them are looked for."""

import json
import re


class Exchange(dict):
    """A call that has ended, as the journal has it: ``operation``, ``modelId``, ``status``, ``error``, ``input``, ``output``,
    ``events``, ``usage``, ``notes`` … The properties are what is asked for most."""

    @property
    def user(self):
        """Text of the last user message; empty when it holds tool results only."""
        asked = self._asked()
        for message in reversed(asked.get("messages") or []):
            if message.get("role") == "user":
                return _text(message.get("content"))
        return _text(asked.get("prompt") or asked.get("inputText") or "")

    @property
    def system(self):
        """The system prompt."""
        return _text(self._asked().get("system"))

    @property
    def reply(self):
        """What was answered as text, on Converse and ConverseStream; else empty."""
        if self.get("events"):
            deltas = (item["event"].get("contentBlockDelta", {}) for item in self["events"])
            return "".join(delta.get("delta", {}).get("text") or "" for delta in deltas)
        output = (self.get("output") or {}).get("output") or {}
        return _text((output.get("message") or {}).get("content"))

    def _asked(self):
        asked = self.get("input") or {}
        body = asked.get("body", asked)
        return body if isinstance(body, dict) else {}


def _text(content):
    if isinstance(content, str):
        return content
    return "\n".join(block["text"] for block in content or [] if isinstance(block.get("text"), str))


_MEMBERS = {
    "operation": lambda exchange: exchange.get("operation"),
    "model": lambda exchange: exchange.get("modelId"),
    "user": lambda exchange: exchange.user,
    "system": lambda exchange: exchange.system,
    "reply": lambda exchange: exchange.reply,
    "error": lambda exchange: (exchange.get("error") or {}).get("name"),
    "attempt": lambda exchange: exchange.get("attempt"),
    "answered_by": lambda exchange: exchange["notes"].get("rule") or exchange["notes"].get("engine"),
}
_CONTAINED = {"model", "user", "system", "reply"}


def mismatch(exchange, wanted):
    """Why an exchange is not what is looked for; None when it is.

    Raises TypeError on a filter that there is not.
    """
    for name, expected in wanted.items():
        if name == "status":
            met = exchange.get("state") if isinstance(expected, str) else exchange.get("status")
        elif name in _MEMBERS:
            met = _MEMBERS[name](exchange)
        else:
            raise TypeError(f"There is no filter {name}. There are {', '.join(sorted([*_MEMBERS, 'status']))}.")
        if not _holds(name, met, expected):
            return f"{name} is {_show(met)}, not {_show(expected)}"
    return None


def _holds(name, met, expected):
    if isinstance(expected, re.Pattern):
        return bool(expected.search(met or ""))
    if name in _CONTAINED:
        return expected.lower() in (met or "").lower()
    return met == expected


def show_filter(wanted):
    """A filter as its author wrote it."""
    return ", ".join(f"{name}={_show(value)}" for name, value in wanted.items()) or "anything"


def list_exchanges(exchanges, wanted):
    """Exchanges as the numbered lines of a message."""
    if not exchanges:
        return "  no request at all"
    lines = []
    for exchange in exchanges[-20:]:
        notes = exchange.get("notes") or {}
        by = notes.get("rule") or notes.get("engine")
        came = (exchange.get("error") or {}).get("name") or f"{exchange.get('state')}, answered by {by}"
        lines.append(f"  {exchange['sequence']}. {exchange['operation']} of {exchange.get('modelId')}, user {_show(exchange.user)}: {came}")
        why = mismatch(exchange, wanted)
        if why:
            lines.append(f"     {why}")
    return "\n".join(lines)


def _show(value):
    if isinstance(value, re.Pattern):
        return f"/{value.pattern}/"
    if value is None or value == "":
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return f"{text[:100]}…" if len(text) > 100 else text
