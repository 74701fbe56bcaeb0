"""The same flow where PyPI can't be reached: a byte-pair model with Python's standard library only.

The model gives the chance of a byte after the two before it: one table for each of the two, added
as logits. Each worker computes the gradient of its own rows; worker 0 adds them up over TCP and
sends the sum back, which is an all-reduce. Checkpoints and the log have the form of train.py's.
"""

import array
import json
import math
import os
import pathlib
import random
import socket
import time

import common

VOCABULARY = 128
STEPS = int(os.environ.get("STEPS", "300"))
CHECKPOINT_EVERY = int(os.environ.get("CHECKPOINT_EVERY", "25"))
ROWS_PER_WORKER = 192
RATE = 30.0
PORT = 8476
checkpoint = pathlib.Path(os.environ["CHECKPOINTS"]) / "model.json"


def receive(connection, count):
    """An array of doubles from a peer."""
    content = bytearray()
    while len(content) < 8 * count:
        part = connection.recv(8 * count - len(content))
        if not part:
            raise SystemExit("a peer is gone: its connection closed")
        content += part
    return array.array("d", bytes(content))


def connect():
    """The connections to the peers: worker 0 has all others, every other has worker 0."""
    if common.rank() == 0:
        server = socket.create_server(("", PORT))
        server.settimeout(60)
        return [server.accept()[0] for _ in range(common.world() - 1)]
    deadline = time.monotonic() + 60
    while True:
        address = common.wait_for_name(common.coordinator())
        try:
            return [socket.create_connection((address, PORT), 5)]
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def all_reduce(peers, values):
    """The sum of every worker's values, on every worker."""
    if common.rank() == 0:
        for other in [receive(p, len(values)) for p in peers]:
            for i, v in enumerate(other):
                values[i] += v
        content = values.tobytes()
        for peer in peers:
            peer.sendall(content)
        return values
    peers[0].sendall(values.tobytes())
    return receive(peers[0], len(values))


def chances(tables, before, last):
    """The distribution of the next byte."""
    size = VOCABULARY
    one, two = tables[0], tables[1]
    logits = [a + b for a, b in zip(one[before * size : before * size + size], two[last * size : last * size + size])]
    top = max(logits)
    weights = [math.exp(x - top) for x in logits]
    total = sum(weights)
    return [w / total for w in weights]


def main():
    data = common.text()
    count = VOCABULARY * VOCABULARY
    tables = [array.array("d", bytes(8 * count)) for _ in range(2)]
    step = 0
    if checkpoint.exists():
        saved = json.loads(checkpoint.read_text())
        tables, step = [array.array("d", t) for t in saved["tables"]], saved["step"]
        print(f"rank {common.rank()}: resumed from the checkpoint of step {step}", flush=True)
    peers = connect()
    print(f"rank {common.rank()} of {common.world()}: {len(data)} bytes of text", flush=True)
    rows = ROWS_PER_WORKER * common.world()
    while step < STEPS:
        draw = random.Random(step)
        starts = [draw.randrange(2, len(data)) for _ in range(rows)]
        mine = starts[common.rank() :: common.world()]
        gradient = array.array("d", bytes(8 * (2 * count + 1)))
        for at in mine:
            before, last, target = data[at - 2], data[at - 1], data[at]
            distribution = chances(tables, before, last)
            gradient[2 * count] -= math.log(max(distribution[target], 1e-12))
            for byte, chance in enumerate(distribution):
                error = chance - (byte == target)
                gradient[before * VOCABULARY + byte] += error
                gradient[count + last * VOCABULARY + byte] += error
        total = all_reduce(peers, gradient)
        for i, table in enumerate(tables):
            for j in range(count):
                if total[i * count + j]:
                    table[j] -= RATE * total[i * count + j] / rows
        step += 1
        if step % 10 == 0 or step == 1:
            common.report(step, STEPS, total[2 * count] / rows)
        if common.rank() == 0 and (step % CHECKPOINT_EVERY == 0 or step == STEPS):
            saved = {"step": step, "tables": [list(t) for t in tables]}
            common.save(checkpoint, json.dumps(saved).encode())
    print(f"rank {common.rank()}: done", flush=True)


main()
