"""A small byte-level transformer, written once over an array module.

The trainer calls it with jax.numpy, the server with numpy, so that what is served is what was
trained. Text is ASCII: every other byte is read as '?'.
"""

VOCABULARY = 128
CONTEXT = 128
WIDTH = 96
HEADS = 4
LAYERS = 2
FADING = (2.0, 1.0, 0.5, 0.05)


def initial_parameters(random, xp):
    """Fresh weights; `random(shape)` gives standard normal numbers."""

    def matrix(rows, columns, scale=1.0):
        return xp.asarray(random((rows, columns)) * scale * rows**-0.5, dtype=xp.float32)

    parameters = {
        "embedding": matrix(VOCABULARY, WIDTH, 0.08 * VOCABULARY**0.5),
        "norm": xp.ones(WIDTH, dtype=xp.float32),
    }
    for layer in range(LAYERS):
        parameters[f"{layer}.attention_norm"] = xp.ones(WIDTH, dtype=xp.float32)
        parameters[f"{layer}.query_key_value"] = matrix(WIDTH, 3 * WIDTH)
        parameters[f"{layer}.output"] = matrix(WIDTH, WIDTH, 0.5)
        parameters[f"{layer}.mlp_norm"] = xp.ones(WIDTH, dtype=xp.float32)
        parameters[f"{layer}.up"] = matrix(WIDTH, 4 * WIDTH)
        parameters[f"{layer}.down"] = matrix(4 * WIDTH, WIDTH, 0.5)
    return parameters


def normalise(x, gain, xp):
    """RMS normalisation."""
    return x * gain / xp.sqrt((x * x).mean(-1, keepdims=True) + 1e-6)


def forward(parameters, tokens, start, cache, xp):
    """Logits of the tokens that stand at positions start, start + 1 and so on.

    tokens has the form (batch, length). cache holds keys and values of the positions before start,
    a pair of (batch, heads, start, width / heads) for each layer, or None. Returns the logits and
    the cache that has grown by these tokens.
    """
    batch, length = tokens.shape
    size = WIDTH // HEADS
    x = parameters["embedding"][tokens] * 8
    distance = (start + xp.arange(length))[:, None] - xp.arange(start + length)[None, :]
    # Attention fades with distance, at another rate in each head (ALiBi, arXiv 2108.12409).
    bias = -xp.asarray(FADING, dtype=xp.float32)[:, None, None] * distance
    bias = xp.where(distance >= 0, bias, -1e9)
    grown = []
    for layer in range(LAYERS):
        h = normalise(x, parameters[f"{layer}.attention_norm"], xp)
        h = (h @ parameters[f"{layer}.query_key_value"]).reshape(batch, length, 3, HEADS, size)
        query, key, value = (h[:, :, i].transpose(0, 2, 1, 3) for i in range(3))
        if cache is not None:
            key = xp.concatenate([cache[layer][0], key], axis=2)
            value = xp.concatenate([cache[layer][1], value], axis=2)
        grown.append((key, value))
        scores = query @ key.transpose(0, 1, 3, 2) * size**-0.5 + bias
        weights = xp.exp(scores - scores.max(-1, keepdims=True))
        weights = weights / weights.sum(-1, keepdims=True)
        mixed = (weights @ value).transpose(0, 2, 1, 3).reshape(batch, length, WIDTH)
        x = x + mixed @ parameters[f"{layer}.output"]
        h = normalise(x, parameters[f"{layer}.mlp_norm"], xp)
        x = x + xp.maximum(h @ parameters[f"{layer}.up"], 0) @ parameters[f"{layer}.down"]
    x = normalise(x, parameters["norm"], xp)
    return x @ parameters["embedding"].T, grown
