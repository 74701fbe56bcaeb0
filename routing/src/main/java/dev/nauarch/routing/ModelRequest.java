package dev.nauarch.routing;

import java.util.List;

/**
 * A request for a model, as far as choosing a replica goes.
 *
 * @param model the model's name; empty where the body names none
 * @param blocks a chain of hashes of the prompt's blocks: two prompts share their first n hashes if
 *     and only if (but for chance) they share their first n blocks and the model
 */
public record ModelRequest(String model, List<Long> blocks) {

  /** The header that carries the body's model name, in lower case. */
  public static final String MODEL_HEADER = "x-gateway-model-name";

  /** Bytes of a block: some 16 tokens, the block of vLLM's own prefix cache. */
  static final int BLOCK_BYTES = 64;

  /** Prompts are compared up to this many blocks. */
  static final int BLOCKS_MAX = 2048;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  /**
   * Hashes a prompt block by block (FNV-1a, 64 bits), each hash going on from the one before. The
   * last, shorter block counts too.
   *
   * @param prompt the prompt's bytes, in the order in which the server sees them
   */
  public static ModelRequest of(String model, byte[] prompt) {
    var blocks = new java.util.ArrayList<Long>();
    var hash = FNV_OFFSET;
    for (var i = 0; i < model.length(); i++) {
      hash = (hash ^ model.charAt(i)) * FNV_PRIME;
    }
    for (var i = 0; i < prompt.length && blocks.size() < BLOCKS_MAX; i++) {
      hash = (hash ^ (prompt[i] & 0xff)) * FNV_PRIME;
      if ((i + 1) % BLOCK_BYTES == 0 || i + 1 == prompt.length) {
        blocks.add(hash);
      }
    }
    return new ModelRequest(model, List.copyOf(blocks));
  }
}
