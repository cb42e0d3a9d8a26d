"""Outcrop's own HTTP API."""

import json
import urllib.error
import urllib.parse
import urllib.request


class OutcropError(Exception):
    """Outcrop refused something, or cannot be reached. ``status`` is the HTTP status, None when nobody answered."""

    def __init__(self, message, status=None):
        super().__init__(message)
        self.status = status


# A proxy that the environment names is for the internet, not for a server of this machine.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def call(url, method, name, query=None, body=None, timeout=30):
    """Asks a route below ``/_outcrop/`` and returns its JSON.

    Raises OutcropError with the API's own message when it refuses.
    """
    parameters = {key: str(value) for key, value in (query or {}).items() if value is not None}
    target = f"{url}/_outcrop/{name}"
    if parameters:
        target += "?" + urllib.parse.urlencode(parameters)
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(target, data, {"Content-Type": "application/json"}, method=method)
    try:
        with _opener.open(request, timeout=timeout) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        text = error.read().decode("utf-8", "replace")
        raise OutcropError(f"{name} was refused (HTTP {error.code}): {_message(text)}", error.code) from None
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise OutcropError(
            f"No Outcrop answers at {url} ({reason}). Start one with npx outcrop, or give the URL at which it listens."
        ) from None


def listen(url, query, timeout):
    """Opens the stream of exchanges; the caller closes it. Raises OSError when nothing comes within ``timeout`` seconds."""
    target = f"{url}/_outcrop/api/exchanges/stream?{urllib.parse.urlencode(query)}"
    return _opener.open(target, timeout=timeout)


def _message(text):
    try:
        return json.loads(text)["message"]
    except (ValueError, KeyError, TypeError):
        return text[:300]
