package dev.nauarch.scheduling.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The domains into which a label of nodes divides them, by the nodes' numbers. */
public final class Domains {

  /** The domain of a node without the label. */
  public static final int NONE = -1;

  private final String key;
  private final Map<String, Integer> numberByValue = new HashMap<>();
  private final List<String> values = new ArrayList<>();
  private int[] domainByNode = new int[0];

  /** Listed when somebody asks; none after nodes have changed. */
  private List<int[]> nodesByDomain = List.of();

  private boolean isListed;

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

  /** The label's value in a domain. */
  public String value(int domain) {
    return values.get(domain);
  }

  /** The nodes of a domain, in the order of their numbers; not to be changed. */
  public int[] nodes(int domain) {
    if (!isListed) {
      nodesByDomain = listed();
      isListed = true;
    }
    return nodesByDomain.get(domain);
  }

  private List<int[]> listed() {
    var counts = new int[count()];
    for (var domain : domainByNode) {
      if (domain != NONE) {
        counts[domain]++;
      }
    }
    var lists = new ArrayList<int[]>(counts.length);
    for (var count : counts) {
      lists.add(new int[count]);
    }
    for (var node = domainByNode.length - 1; node >= 0; node--) {
      var domain = domainByNode[node];
      if (domain != NONE) {
        lists.get(domain)[--counts[domain]] = node;
      }
    }
    return lists;
  }

  /** A node has other labels, or none because it is gone. */
  void put(int node, Map<String, String> labels) {
    if (node >= domainByNode.length) {
      var length = domainByNode.length;
      domainByNode = Arrays.copyOf(domainByNode, Math.max(64, 2 * (node + 1)));
      Arrays.fill(domainByNode, length, domainByNode.length, NONE);
    }
    domainByNode[node] = number(labels.get(key));
    isListed = false;
  }

  private int number(@Nullable String value) {
    if (value == null) {
      return NONE;
    }
    var known = numberByValue.putIfAbsent(value, values.size());
    if (known == null) {
      values.add(value);
      return values.size() - 1;
    }
    return known;
  }
}
