"""Trains the language model across the workers of a JobSet with JAX, Gloo collectives on CPU.

Each worker holds the whole model and its own share of every batch; the gradient is averaged over
the workers by an all-reduce. Worker 0 writes a checkpoint to CHECKPOINTS every few steps, and
all workers start from the last one that is there.
"""

import io
import os
import pathlib

import common

address = common.wait_for_name(common.coordinator())

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

import lm

STEPS = int(os.environ.get("STEPS", "300"))
CHECKPOINT_EVERY = int(os.environ.get("CHECKPOINT_EVERY", "25"))
BATCH_PER_WORKER = 8
RATE = 6e-3

jax.config.update("jax_cpu_collectives_implementation", "gloo")
jax.distributed.initialize(
    coordinator_address=f"{address}:8476",
    num_processes=common.world(),
    process_id=common.rank(),
)
mesh = Mesh(np.array(jax.devices()), ("workers",))
shared = NamedSharding(mesh, PartitionSpec())
split = NamedSharding(mesh, PartitionSpec("workers"))
checkpoint = pathlib.Path(os.environ["CHECKPOINTS"]) / "model.npz"


def loss_of(parameters, tokens):
    logits, _ = lm.forward(parameters, tokens[:, :-1], 0, None, jnp)
    chosen = jax.nn.log_softmax(logits)
    return -jnp.take_along_axis(chosen, tokens[:, 1:, None], -1).mean()


@jax.jit
def train_step(state, tokens, step):
    """One step of Adam."""
    parameters, first, second = state
    loss, gradient = jax.value_and_grad(loss_of)(parameters, tokens)
    rate = RATE * jnp.minimum(1.0, (step + 1) / 20) * (1 - 0.9 * step / STEPS)
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
    power = jax.tree.map(lambda v, g: 0.99 * v + 0.01 * g * g, second, gradient)
    correction = (1 - 0.99 ** (step + 1)) ** 0.5 / (1 - 0.9 ** (step + 1))
    parameters = jax.tree.map(
        lambda p, m, v: p - rate * correction * m / (jnp.sqrt(v) + 1e-8), parameters, mean, power
    )
    return (parameters, mean, power), loss


def restore():
    """The state and step of the last checkpoint, or fresh ones."""
    random = np.random.default_rng(1)
    parameters = lm.initial_parameters(random.standard_normal, np)
    zeros = {k: np.zeros_like(v) for k, v in parameters.items()}
    state, step = (parameters, zeros, {k: v.copy() for k, v in zeros.items()}), 0
    if checkpoint.exists():
        with np.load(checkpoint) as saved:
            state = tuple({k: saved[f"{i}/{k}"] for k in parameters} for i in range(3))
            step = int(saved["step"])
        print(f"rank {common.rank()}: resumed from the checkpoint of step {step}", flush=True)
    put = lambda leaf: jax.make_array_from_callback(leaf.shape, shared, lambda index: leaf[index])
    return jax.tree.map(put, state), step


def write(state, step):
    """Worker 0's checkpoint."""
    leaves = {f"{i}/{k}": np.asarray(v) for i, part in enumerate(state) for k, v in part.items()}
    content = io.BytesIO()
    np.savez(content, step=step, **leaves)
    common.save(checkpoint, content.getvalue())


def main():
    data = np.frombuffer(common.text(), dtype=np.uint8).astype(np.int32)
    state, step = restore()
    print(
        f"rank {common.rank()} of {common.world()}: {len(data)} bytes of text,"
        f" devices {[str(d) for d in jax.devices()]}",
        flush=True,
    )
    rows = BATCH_PER_WORKER * common.world()
    while step < STEPS:
        # Every worker draws the same starts, seeded by the step, and takes its own rows.
        starts = np.random.default_rng(step).integers(0, len(data) - lm.CONTEXT, rows)
        batch = lambda index: np.stack([data[s : s + lm.CONTEXT] for s in starts[index[0]]])
        tokens = jax.make_array_from_callback((rows, lm.CONTEXT), split, batch)
        state, loss = train_step(state, tokens, step)
        step += 1
        if step % 10 == 0 or step == 1:
            common.report(step, STEPS, float(loss))
        if common.rank() == 0 and (step % CHECKPOINT_EVERY == 0 or step == STEPS):
            write(state, step)
    jax.block_until_ready(state)
    jax.distributed.shutdown()
    print(f"rank {common.rank()}: done", flush=True)


main()
