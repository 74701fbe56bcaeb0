package dev.nauarch.nodeagent.lifecycle;

import dev.nauarch.api.HostPort;
import dev.nauarch.api.quota.Amount;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.api.quota.NativeResources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the pods that a node has taken use of it, and whether there is room for one more: the part
 * of {@link Admission} that goes by the other pods. Sums are kept as pods come and go. For one
 * thread at a time.
 *
 * @param <K> names a pod
 */
public final class NodeShares<K> {
  private static final String PODS = "pods";
  private static final List<String> OWN = List.of("cpu", "memory", "ephemeral-storage");

  private final Map<K, NodeShare> shareByPod = new HashMap<>();
  private final TreeMap<String, Amount> sum = new TreeMap<>();
  private final List<HostPort> ports = new ArrayList<>();

  /** The node has taken a pod, or has given it more or less than before. */
  public void put(K pod, NodeShare share) {
    remove(pod);
    shareByPod.put(pod, share);
    share.amounts().byName().forEach((name, amount) -> sum.merge(name, amount, Amount::plus));
    ports.addAll(share.ports());
  }

  /** It has it no more. */
  public void remove(K pod) {
    var share = shareByPod.remove(pod);
    if (share != null) {
      share.amounts().byName().forEach((name, amount) -> sum.merge(name, amount, NodeShares::less));
      share.ports().forEach(ports::remove);
    }
  }

  private static Amount less(Amount all, Amount gone) {
    return all.minus(gone);
  }

  /** Whether the node has taken it. */
  public boolean has(K pod) {
    return shareByPod.containsKey(pod);
  }

  /** Those that it has taken. */
  public List<K> pods() {
    return List.copyOf(shareByPod.keySet());
  }

  /** Whether it has taken none. */
  public boolean isEmpty() {
    return shareByPod.isEmpty();
  }

  /** What all others than a pod use. */
  public Amounts othersThan(K pod) {
    var all = new Amounts(new TreeMap<>(sum));
    var own = shareByPod.get(pod);
    return own == null ? all : all.above(own.amounts());
  }

  /**
   * What a pod that the node has not taken asks for beyond what is left beside those that it has;
   * empty where there is enough.
   *
   * @param allocatable what the node has for pods; an extended resource that it has not is not
   *     looked at, since nodes need not know of all
   */
  Optional<Admission.Refusal> lack(Amounts pod, Amounts allocatable) {
    return lack(PODS, Amount.ONE, Amount.of(shareByPod.size()), allocatable)
        .or(() -> lack(OWN, pod, allocatable))
        .or(() -> lack(others(pod, allocatable), pod, allocatable));
  }

  /** Whether one of these ports is taken. */
  boolean haveAnyOf(List<HostPort> wanted) {
    return wanted.stream().anyMatch(port -> ports.stream().anyMatch(port::conflictsWith));
  }

  private static List<String> others(Amounts asked, Amounts allocatable) {
    return asked.names().stream()
        .filter(name -> !OWN.contains(name))
        .filter(name -> NativeResources.has(name) || allocatable.find(name).isPresent())
        .toList();
  }

  private Optional<Admission.Refusal> lack(List<String> names, Amounts asked, Amounts allocatable) {
    return names.stream()
        .flatMap(
            name ->
                lack(name, asked.get(name), sum.getOrDefault(name, Amount.ZERO), allocatable)
                    .stream())
        .findFirst();
  }

  private static Optional<Admission.Refusal> lack(
      String name, Amount asked, Amount used, Amounts allocatable) {
    var capacity = allocatable.get(name);
    return asked.isZero() || !asked.plus(used).isMoreThan(capacity)
        ? Optional.empty()
        : Optional.of(
            new Admission.Refusal("OutOf" + name, Room.lacking(name, asked, used, capacity)));
  }
}
