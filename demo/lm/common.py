"""What the trainers share: who I am in the gang, the text, checkpoints, the log line."""

import json
import os
import pathlib
import socket
import sys
import time


def rank():
    """This worker's index, as an Indexed Job gives it."""
    return int(os.environ["JOB_COMPLETION_INDEX"])


def world():
    """How many workers there are."""
    return int(os.environ["WORLD_SIZE"])


def coordinator():
    """The host name of worker 0, as cluster DNS knows it."""
    return os.environ["COORDINATOR"]


def wait_for_name(name, seconds=60):
    """The address of a peer; its name is there as soon as its pod has an address."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return socket.gethostbyname(name)
        except OSError as e:
            if time.monotonic() > deadline:
                sys.exit(f"{name}: no such name in cluster DNS after {seconds} s: {e}")
            time.sleep(0.1)


def text():
    """The bytes of the text files that TEXT names, as ASCII codes."""
    files = sorted(p for p in pathlib.Path(os.environ["TEXT"]).iterdir() if p.is_file())
    content = b"\n\n".join(p.read_bytes() for p in files)
    if len(content) < 20_000:
        sys.exit(f"{os.environ['TEXT']}: {len(content)} bytes of text, at least 20,000 are needed")
    return bytes(b if b < 128 else ord("?") for b in content)


def report(step, steps, loss):
    """One line of the loss curve."""
    print(json.dumps({"rank": rank(), "step": step, "of": steps, "loss": round(loss, 4)}), flush=True)


def save(path, content):
    """Replaces a checkpoint whole or not at all."""
    path = pathlib.Path(path)
    part = path.with_suffix(".part")
    with open(part, "wb") as f:
        f.write(content)
        f.flush()
        os.fsync(f.fileno())
    part.rename(path)
