"""Serves a trained checkpoint over the OpenAI API: /v1/models, /v1/completions and
/v1/chat/completions, whole or streamed, with vLLM's metric names on /metrics.

A fixed number of slots generate at once; what finds none waits in a queue. Keys and values of
finished sequences stay in memory up to a limit, so that a prompt that starts like an earlier one is
not computed again: that is the prefix cache that the gateway's affinity aims at.
"""

import collections
import itertools
import json
import os
import pathlib
import random
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODEL = os.environ["MODEL"]
REPLICA = os.environ.get("POD_NAME", "here")
PORT = int(os.environ.get("PORT", "8000"))
CHECKPOINTS = pathlib.Path(os.environ["CHECKPOINTS"])
SLOTS = 4
CACHED_SEQUENCES = 64


class Transformer:
    """The model that train.py trained."""

    def __init__(self, path):
        import numpy as np

        import lm

        self.np, self.lm, self.context = np, lm, lm.CONTEXT
        with np.load(path) as saved:
            self.parameters = {k[2:]: saved[k] for k in saved.files if k.startswith("0/")}
        self.finished = collections.OrderedDict()
        self.lock = threading.Lock()

    def reusable(self, tokens):
        """The longest cached beginning of the tokens, at least the last of which is left to do."""
        best, length = None, 0
        with self.lock:
            for sequence, cache in self.finished.items():
                same = 0
                while same < min(len(sequence), len(tokens) - 1) and sequence[same] == tokens[same]:
                    same += 1
                if same > length:
                    best, length = cache, same
        if best is None:
            return None, 0
        return [(k[:, :, :length], v[:, :, :length]) for k, v in best], length

    def keep(self, tokens, cache):
        """Leaves a sequence's keys and values for those that begin like it."""
        with self.lock:
            self.finished[tuple(tokens)] = cache
            while len(self.finished) > CACHED_SEQUENCES:
                self.finished.popitem(last=False)

    def start(self, tokens):
        cache, hits = self.reusable(tokens)
        todo = self.np.array([tokens[hits:]])
        logits, cache = self.lm.forward(self.parameters, todo, hits, cache, self.np)
        return logits[0, -1], cache, hits

    def next(self, token, position, cache):
        todo = self.np.array([[token]])
        logits, cache = self.lm.forward(self.parameters, todo, position, cache, self.np)
        return logits[0, -1], cache


class BytePairs:
    """The model that train_stdlib.py trained; it needs no keys and values."""

    context = 4096

    def __init__(self, path):
        self.tables = json.loads(path.read_text())["tables"]

    def start(self, tokens):
        return self.next(tokens[-1], len(tokens) - 1, tokens[-2] if len(tokens) > 1 else 32)[0], tokens[-1], 0

    def next(self, token, position, before):
        one = self.tables[0][before * 128 : before * 128 + 128]
        two = self.tables[1][token * 128 : token * 128 + 128]
        return [a + b for a, b in zip(one, two)], token

    def keep(self, tokens, cache):
        pass


class Counters:
    """What /metrics tells, under vLLM's names."""

    def __init__(self):
        self.lock = threading.Lock()
        self.running = self.waiting = self.tokens_held = 0
        self.prompt_tokens = self.generated_tokens = self.finished = 0
        self.prefix_queries = self.prefix_hits = 0

    def add(self, **changes):
        with self.lock:
            for name, change in changes.items():
                setattr(self, name, getattr(self, name) + change)

    def text(self):
        label = f'{{model_name="{MODEL}"}}'
        with self.lock:
            rows = [
                ("num_requests_running", "gauge", self.running),
                ("num_requests_waiting", "gauge", self.waiting),
                ("kv_cache_usage_perc", "gauge", self.tokens_held / (SLOTS * engine.context)),
                ("prompt_tokens_total", "counter", self.prompt_tokens),
                ("generation_tokens_total", "counter", self.generated_tokens),
                ("prefix_cache_queries_total", "counter", self.prefix_queries),
                ("prefix_cache_hits_total", "counter", self.prefix_hits),
                ("request_success_total", "counter", self.finished),
            ]
        return "".join(f"# TYPE vllm:{n} {t}\nvllm:{n}{label} {v}\n" for n, t, v in rows)


def generate(prompt, most, temperature, seed):
    """Yields one byte of text after another."""
    tokens = [b if b < 128 else ord("?") for b in prompt.encode()] or [ord("\n")]
    room = max(1, min(most, engine.context // 2))
    tokens = tokens[-(engine.context - room) :]
    draw = random.Random(seed)
    counters.add(waiting=1)
    with slots:
        counters.add(waiting=-1, running=1, tokens_held=len(tokens))
        held = len(tokens)
        try:
            logits, cache, hits = engine.start(tokens)
            counters.add(prompt_tokens=held, prefix_queries=held, prefix_hits=hits)
            for made in range(room):
                token = choose(logits, temperature, draw)
                tokens.append(token)
                held += 1
                counters.add(generated_tokens=1, tokens_held=1)
                yield chr(token)
                if made < room - 1:
                    logits, cache = engine.next(token, len(tokens) - 1, cache)
            engine.keep(tokens[:-1], cache)
            counters.add(finished=1)
        finally:
            counters.add(running=-1, tokens_held=-held)


def choose(logits, temperature, draw):
    """The next token: the likeliest at temperature 0, else drawn."""
    values = [float(v) for v in logits]
    if temperature <= 0:
        return max(range(len(values)), key=values.__getitem__)
    top = max(values)
    weights = [2.718281828459045 ** ((v - top) / temperature) for v in values]
    return draw.choices(range(len(values)), weights)[0]


class BadRequest(Exception):
    """A request that can't be served, with the words for its sender."""


def prompt_of(body, chat):
    """The text to continue."""
    if not chat:
        prompt = body.get("prompt")
        if not isinstance(prompt, str):
            raise BadRequest("prompt: a string is needed")
        return prompt
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise BadRequest("messages: a list of at least one message is needed")
    for message in messages:
        if not isinstance(message, dict) or not isinstance(message.get("content"), str):
            raise BadRequest("messages: each needs a role and a content that is a string")
    return "\n".join(message["content"] for message in messages)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/health":
            self.answer(200, b"", "text/plain")
        elif self.path == "/metrics":
            self.answer(200, counters.text().encode(), "text/plain; version=0.0.4")
        elif self.path == "/v1/models":
            entry = {"id": MODEL, "object": "model", "created": STARTED, "owned_by": "nauarch"}
            self.json(200, {"object": "list", "data": [entry]})
        else:
            self.error(404, f"{self.path}: no such path")

    def do_POST(self):
        try:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            if not isinstance(body, dict):
                raise BadRequest("the body must be a JSON object")
            if self.path not in ("/v1/completions", "/v1/chat/completions"):
                return self.error(404, f"{self.path}: no such path")
            if body.get("model") != MODEL:
                return self.error(404, f"the model {body.get('model')!r} is not served here, {MODEL!r} is")
            self.complete(body, self.path.startswith("/v1/chat"))
        except (BadRequest, ValueError, TypeError) as e:
            self.error(400, str(e))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def complete(self, body, chat):
        most = int(body.get("max_completion_tokens") or body.get("max_tokens") or 64)
        if most < 1:
            raise BadRequest("max_tokens: at least 1 is needed")
        pieces = generate(prompt_of(body, chat), most, float(body.get("temperature", 0.7)), body.get("seed"))
        head = {
            "id": f"{'chatcmpl' if chat else 'cmpl'}-{uuid.uuid4().hex}",
            "created": int(time.time()),
            "model": MODEL,
            "system_fingerprint": REPLICA,
        }
        kind = "chat.completion" if chat else "text_completion"
        if body.get("stream"):
            return self.stream(head, kind, pieces, chat)
        text = "".join(pieces)
        choice = {"index": 0, "finish_reason": "length"}
        choice |= {"message": {"role": "assistant", "content": text}} if chat else {"text": text}
        usage = {"completion_tokens": len(text)}
        self.json(200, head | {"object": kind, "choices": [choice], "usage": usage})

    def stream(self, head, kind, pieces, chat):
        """Server-sent events, one for each piece, in chunks."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("X-Replica", REPLICA)
        self.end_headers()
        for piece in itertools.chain(pieces, [None]):
            choice = {"index": 0, "finish_reason": "length" if piece is None else None}
            if chat:
                choice["delta"] = {} if piece is None else {"content": piece}
            else:
                choice["text"] = piece or ""
            event = head | {"object": kind + (".chunk" if chat else ""), "choices": [choice]}
            self.chunk(f"data: {json.dumps(event)}\n\n".encode())
        self.chunk(b"data: [DONE]\n\n")
        self.chunk(b"")

    def chunk(self, content):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
        self.wfile.flush()

    def json(self, code, value):
        self.answer(code, json.dumps(value).encode(), "application/json")

    def error(self, code, message):
        kind = "not_found_error" if code == 404 else "invalid_request_error"
        self.json(code, {"error": {"message": message, "type": kind, "code": code}})

    def answer(self, code, content, media_type):
        self.send_response(code)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Replica", REPLICA)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, form, *values):
        if self.path not in ("/metrics", "/health"):
            print(f"{self.command} {self.path} {values[1]}", flush=True)


def load():
    """The checkpoint of either trainer."""
    for name, kind in (("model.npz", Transformer), ("model.json", BytePairs)):
        if (CHECKPOINTS / name).exists():
            return kind(CHECKPOINTS / name)
    sys.exit(f"{CHECKPOINTS}: no checkpoint there; train the model first")


STARTED = int(time.time())
engine = load()
counters = Counters()
slots = threading.Semaphore(SLOTS)
print(f"serving {MODEL} on port {PORT}", flush=True)
ThreadingHTTPServer((os.environ.get("HOST", ""), PORT), Handler).serve_forever()
