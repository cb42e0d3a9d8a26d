"""A handle on an Outcrop, or on one namespace of it."""

import json
import re
import time
import uuid

from . import _api
from ._filter import Exchange, list_exchanges, mismatch, show_filter
from ._rule import Rules, conditions

# The namespace of clients whose handle is on all of the server.
_EVERYBODY = "test"
_CAMEL = re.compile(r"_([a-z])")


class Outcrop:
    """A handle on an Outcrop. What it scripts, breaks, looks at and resets is its namespace's; without one it is on all of it.

    Every call is in force when it returns.
    """

    def __init__(self, url, name=None, region="us-east-1", stop=None):
        self.url = url.rstrip("/")
        #: The namespace; None: all of them.
        self.name = name
        self.region = region
        self._stop = stop
        self._rules = 0
        self._clients = []

    def namespace(self, name=None):
        """A handle on a namespace of its own: parallel tests share one server and do not meet."""
        name = name or f"py-{uuid.uuid4().hex[:12]}"
        if not re.fullmatch(r"[\w-]{1,100}", name, re.ASCII):
            raise ValueError(f"A namespace cannot be called {name!r}. Take up to 100 letters, digits, _ and -.")
        return Outcrop(self.url, name, self.region)

    def client(self, service="bedrock-runtime", **options):
        """A boto3 client whose requests belong to this namespace; options are boto3's."""
        import boto3

        client = boto3.client(service, **{**self.client_config(), **options})
        self._clients.append(client)
        return client

    def client_config(self):
        """The keyword arguments of ``boto3.client``."""
        return {
            "endpoint_url": self.url,
            "region_name": self.region,
            "aws_access_key_id": self.name or _EVERYBODY,
            "aws_secret_access_key": "test",
        }

    def env(self):
        """The same as variables: every AWS SDK and the AWS CLI read them."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": self.name or _EVERYBODY,
            "AWS_SECRET_ACCESS_KEY": "test",
        }

    def when(self, *, name=None, times=None, loop=None, replies=None, **when):
        """Begins a rule; it is in force once it says something. Rules that were written later are asked first.

        Conditions are those of scripts, all of which must hold: ``user``, ``system``, ``message`` (text with
        ``{captures}``, or ``re.compile(…)``), ``model``, ``operation``, ``tools``, ``tool_result``, ``turn``, ``nth`` …

        ``replies`` is a list of replies, one a request; ``times`` ends the rule after so many answers.
        """
        self._rules += 1
        rules = Rules(
            name or f"rule {self._rules}",
            conditions(when),
            lambda source: self._call("POST", "scripts", body=source)["id"],
            lambda rule_id: self._call("DELETE", f"scripts/{rule_id}"),
        )
        options = {"times": times, "loop": loop}
        begun = rules.begin({key: value for key, value in options.items() if value is not None})
        return begun.reply(replies=replies) if replies is not None else begun

    def script(self, rules):
        """Adds rules as scripts write them: a list of rules, or a whole script."""
        self._call("POST", "scripts", body=rules)

    def rules(self):
        """Rules that this namespace's requests are held against, each with ``answered``."""
        return _api.call(self.url, "GET", "api/scripts", {"namespace": self.name or _EVERYBODY})["rules"]

    def fail(self, throw=None, **fault):
        """Adds a failure on purpose: ``fail("ThrottlingException", times=1)``, ``fail(break_="cut", after=3)``."""
        members = {_camel(key): value for key, value in fault.items()}
        self._call("POST", "faults", body={**members, **({"throw": throw} if throw else {})})

    def quota(self, **quota):
        """Sets what an account may use: ``quota(model="anthropic.*", requests_per_minute=60)``."""
        self._call("POST", "quotas", body={_camel(key): value for key, value in quota.items()})

    def advance(self, by):
        """Moves Outcrop's clock forward, for all namespaces: milliseconds, or text such as ``60s``."""
        _api.call(self.url, "POST", "api/clock", body={"advance": by})

    def exchanges(self, **wanted):
        """Calls that have ended and match, oldest first. See ``received`` for the filters."""
        return [exchange for exchange in self._journal() if mismatch(exchange, wanted) is None]

    def last_request(self, **wanted):
        """The latest of them; None when there is none."""
        return next(reversed(self.exchanges(**wanted)), None)

    def received(self, *, timeout=5.0, times=None, **wanted):
        """Waits for a call to end; one that has ended already will do.

        Filters: ``operation``, ``model``, ``user``, ``system``, ``reply`` (text, or ``re.compile(…)``), ``status``
        (``"ok"``, ``"error"``, a number), ``error``, ``answered_by``, ``attempt``. Returns the earliest that matches,
        with ``times`` a list of so many.

        Raises AssertionError after ``timeout`` seconds with a list of what did come.
        """
        deadline = time.monotonic() + timeout
        count = 1 if times is None else times
        met = self._wait(wanted, count, deadline)
        found = [exchange for exchange in met if mismatch(exchange, wanted) is None][:count]
        if len(found) < count:
            raise AssertionError(
                f"{len(found)} of {count} calls like {show_filter(wanted)} within {timeout} s. What came:\n"
                f"{list_exchanges(met, wanted)}"
            )
        return found[0] if times is None else found

    def assert_asked(self, *, times=None, **wanted):
        """Asserts that calls have ended that match: one or more, or exactly ``times``."""
        met = self._journal()
        found = [exchange for exchange in met if mismatch(exchange, wanted) is None]
        if (len(found) != times) if times is not None else not found:
            expected = "at least 1 call" if times is None else f"{times} calls"
            raise AssertionError(
                f"Expected {expected} like {show_filter(wanted)}, but {len(found)} of {len(met)} matched. What came:\n"
                f"{list_exchanges(met, wanted)}"
            )

    def reset(self):
        """Forgets rules, faults, quotas, counts and the journal: of this namespace, or of all, then the clock too."""
        self._call("POST", "reset")

    def stop(self):
        """Ends a server that ``start`` started; on a namespace: resets it. A server that was attached to runs on."""
        for client in self._clients:
            client.close()
        self._clients.clear()
        if self.name is not None:
            self.reset()
        elif self._stop:
            self._stop()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.stop()

    def _wait(self, wanted, count, deadline):
        """Exchanges until there are enough, or until time is up."""

        def enough(met):
            return sum(mismatch(exchange, wanted) is None for exchange in met) >= count

        met = self._journal()
        if enough(met):
            return met
        query = {"detail": "full", **({"namespace": self.name} if self.name else {})}
        try:
            with _api.listen(self.url, query, max(0.01, deadline - time.monotonic())) as stream:
                for line in stream:
                    # Whatever ended before the stream began is in the list, whatever ends now wakes it.
                    if line.startswith((b":", b"data:")):
                        met = self._journal()
                    if enough(met) or time.monotonic() > deadline:
                        return met
        except OSError:
            # Nothing came in time.
            pass
        return self._journal()

    def _journal(self):
        query = {"detail": "full", "limit": 1_000_000}
        return [Exchange(item) for item in self._call("GET", "exchanges", query)["exchanges"]]

    def _call(self, method, name, query=None, body=None):
        return _api.call(self.url, method, f"api/{name}", {**(query or {}), "namespace": self.name}, body)

    def __repr__(self):
        return f"Outcrop({json.dumps(self.url)}{f', {json.dumps(self.name)}' if self.name else ''})"


def _camel(name):
    """``original_status_code`` as ``originalStatusCode``, ``break_`` as ``break``."""
    return _CAMEL.sub(lambda match: match[1].upper(), name.rstrip("_"))
