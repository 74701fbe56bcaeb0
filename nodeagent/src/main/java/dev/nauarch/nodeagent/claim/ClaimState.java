package dev.nauarch.nodeagent.claim;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A claim that pods of this node use.
 *
 * @param namespace the claim's namespace
 * @param name its name
 * @param uid its uid
 * @param pods the uids of the pods that use it
 * @param devices what each of its drivers has made ready
 */
public record ClaimState(
    String namespace,
    String name,
    String uid,
    SortedSet<String> pods,
    SortedMap<String, List<PreparedDevice>> devices) {

  /** Keeps copies. */
  public ClaimState {
    pods = Collections.unmodifiableSortedSet(new TreeSet<>(pods));
    devices = Collections.unmodifiableSortedMap(new TreeMap<>(devices));
  }

  /** A claim of which nothing is ready. */
  static ClaimState unprepared(String namespace, String name, String uid, Set<String> drivers) {
    var devices = new TreeMap<String, List<PreparedDevice>>();
    drivers.forEach(driver -> devices.put(driver, List.of()));
    return new ClaimState(namespace, name, uid, new TreeSet<>(), devices);
  }

  /** What tells it from other claims of its time. */
  String key() {
    return namespace + "/" + name;
  }

  ClaimState withPod(String pod) {
    var all = new TreeSet<>(pods);
    all.add(pod);
    return new ClaimState(namespace, name, uid, all, devices);
  }

  ClaimState withoutPod(String pod) {
    var rest = new TreeSet<>(pods);
    rest.remove(pod);
    return new ClaimState(namespace, name, uid, rest, devices);
  }

  ClaimState with(String driver, List<PreparedDevice> ready) {
    var all = new TreeMap<>(devices);
    all.put(driver, ready);
    return new ClaimState(namespace, name, uid, pods, all);
  }
}
