package dev.nauarch.scheduling.cluster;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The domains into which a label of nodes divides them, by the nodes' numbers. */
public final class Domains {

  /** The domain of a node without the label. */
  public static final int NONE = -1;

  private final String key;
  private final Map<String, Integer> numberByValue = new HashMap<>();
  private int[] domainByNode = new int[0];

  Domains(String key) {
    this.key = key;
  }

  /** The domain of a node; {@link #NONE} where it has no such label. */
  public int of(int node) {
    return node < domainByNode.length ? domainByNode[node] : NONE;
  }

  /** How many domains were ever seen; their numbers are below. */
  public int count() {
    return numberByValue.size();
  }

  /** A node has other labels, or none because it is gone. */
  void put(int node, Map<String, String> labels) {
    if (node >= domainByNode.length) {
      var length = domainByNode.length;
      domainByNode = Arrays.copyOf(domainByNode, Math.max(64, 2 * (node + 1)));
      Arrays.fill(domainByNode, length, domainByNode.length, NONE);
    }
    domainByNode[node] = number(labels.get(key));
  }

  private int number(@Nullable String value) {
    if (value == null) {
      return NONE;
    }
    return numberByValue.computeIfAbsent(value, ignored -> numberByValue.size());
  }
}
