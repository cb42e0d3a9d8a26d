"""Starting an Outcrop, and finding one that runs."""

import os
import re
import shlex
import signal
import subprocess
import tempfile
import time

from . import _api
from ._outcrop import Outcrop

# Only what npm has installed: Outcrop is in no registry, and whatever should appear there by its name is not Outcrop.
_INSTALLED = "npx --no outcrop"
_URL = re.compile(r"https?://(?:localhost|127\.0\.0\.1|\[::1\]):\d+")


def attach(url, region=None):
    """A handle on an Outcrop that runs; it is not stopped with the handle.

    Raises OutcropError when none answers there.
    """
    url = url.rstrip("/")
    _api.call(url, "GET", "health")
    return Outcrop(url, region=region or os.environ.get("AWS_REGION", "us-east-1"))


def start(*arguments, command=None, timeout=60.0, region="us-east-1"):
    """Starts an Outcrop on a free port and waits until it listens.

    ``arguments`` are flags such as ``"--script", "replies.yaml"``. ``command`` is what starts it: default
    ``OUTCROP_COMMAND``, else ``npx --no outcrop``, which takes the one that npm has installed.

    Raises OutcropError with what it printed when it ends, or does not listen within ``timeout`` seconds.
    """
    words = shlex.split(command or os.environ.get("OUTCROP_COMMAND") or _INSTALLED)
    # A file takes what the server prints over its life; a pipe that nobody reads would stop it.
    folder = tempfile.TemporaryDirectory(prefix="outcrop-")
    log = os.path.join(folder.name, "log")
    # Outcrop refuses variables of its own name that it does not know.
    env = {name: value for name, value in os.environ.items() if name not in ("OUTCROP_COMMAND", "OUTCROP_URL")}
    try:
        with open(log, "wb") as output:
            process = subprocess.Popen(
                [*words, "start", "--port", "0", "--region", region, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                # npx starts the server as a process of its own: both are stopped by their group.
                start_new_session=os.name == "posix",
            )
    except OSError as error:
        folder.cleanup()
        raise _api.OutcropError(
            f"{words[0]} cannot be started ({error}). Install Node, or set OUTCROP_COMMAND or OUTCROP_URL."
        ) from None

    def printed():
        with open(log, encoding="utf-8", errors="replace") as text:
            return text.read()

    def end(signal_name):
        if os.name != "posix":
            process.kill()
        elif process.poll() is None:
            os.killpg(process.pid, getattr(signal, signal_name))

    def stop():
        end("SIGTERM")
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            end("SIGKILL")
            process.wait()
        folder.cleanup()

    deadline = time.monotonic() + timeout
    while True:
        found = _URL.search(printed())
        if found:
            break
        if process.poll() is not None or time.monotonic() > deadline:
            text = printed()
            stop()
            raise _api.OutcropError(
                f"Outcrop did not start ({' '.join(words)}):\n{text}\n"
                "Run this where npm has installed Outcrop, or set OUTCROP_COMMAND or OUTCROP_URL."
            )
        time.sleep(0.01)
    return Outcrop(found[0], region=region, stop=stop)
