package dev.nauarch.routing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which replica has seen which prompt beginnings lately: an estimate of their prefix caches. For
 * each replica the blocks used last are kept, up to a limit. Not for more than one thread.
 */
public final class PrefixIndex {
  private final int blocksMax;
  private final Map<String, LinkedHashMap<Long, Boolean>> blocksByEndpoint = new TreeMap<>();

  /**
   * @param blocksMax how many blocks are remembered for each replica
   */
  public PrefixIndex(int blocksMax) {
    this.blocksMax = blocksMax;
  }

  /** How many of the first blocks of a prompt a replica has. */
  public int matched(String endpoint, List<Long> blocks) {
    var known = blocksByEndpoint.get(endpoint);
    if (known == null) {
      return 0;
    }
    var count = 0;
    while (count < blocks.size() && known.containsKey(blocks.get(count))) {
      count++;
    }
    return count;
  }

  /** Notes that a replica serves this prompt. */
  public void record(String endpoint, List<Long> blocks) {
    var known =
        blocksByEndpoint.computeIfAbsent(endpoint, e -> new LinkedHashMap<>(16, 0.75f, true));
    // The last block first, so that the beginning, which more prompts share, is forgotten last.
    for (var block : blocks.reversed()) {
      known.put(block, true);
    }
    var oldest = known.entrySet().iterator();
    while (known.size() > blocksMax) {
      oldest.next();
      oldest.remove();
    }
  }

  /** Forgets the replicas that are not among these. */
  public void retain(List<String> endpoints) {
    blocksByEndpoint.keySet().retainAll(endpoints);
  }
}
