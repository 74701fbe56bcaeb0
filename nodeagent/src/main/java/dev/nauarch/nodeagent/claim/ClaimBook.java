package dev.nauarch.nodeagent.claim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which claims the pods of a node use, and how far each of them is. */
final class ClaimBook {
  private final TreeMap<String, ClaimState> byKey = new TreeMap<>();

  /** Claims that are ready as far as this agent knows; after a restart drivers are asked again. */
  private final Set<String> prepared = new HashSet<>();

  /** Claims that are being taken back, which nobody can begin to use. */
  private final Set<String> leaving = new HashSet<>();

  ClaimBook(Collection<ClaimState> before) {
    before.forEach(claim -> byKey.put(claim.key(), claim));
  }

  /** All of them, as they are kept on disk. */
  List<ClaimState> claims() {
    return List.copyOf(byKey.values());
  }

  Optional<ClaimState> find(String namespace, String name) {
    return Optional.ofNullable(byKey.get(namespace + "/" + name));
  }

  /** The claims that a pod uses. */
  List<ClaimState> of(String podUid) {
    return byKey.values().stream().filter(claim -> claim.pods().contains(podUid)).toList();
  }

  /** The pods that use claims. */
  Set<String> pods() {
    var pods = new TreeSet<String>();
    byKey.values().forEach(claim -> pods.addAll(claim.pods()));
    return pods;
  }

  /** Why a claim can't be used by one more pod; empty where it can. */
  Optional<String> refusal(ClaimState claim) {
    var known = byKey.get(claim.key());
    if (known == null) {
      return Optional.empty();
    }
    if (!known.uid().equals(claim.uid())) {
      return Optional.of(
          "old ResourceClaim with same name "
              + claim.name()
              + " and different UID "
              + known.uid()
              + " still exists (previous pod force-deleted?!)");
    }
    return leaving.contains(claim.key())
        ? Optional.of("ResourceClaim " + claim.name() + " is being unprepared")
        : Optional.empty();
  }

  /** A pod uses a claim from now on; gives whether it has to be made ready. */
  boolean attach(ClaimState claim, String podUid) {
    byKey.put(claim.key(), byKey.getOrDefault(claim.key(), claim).withPod(podUid));
    return !prepared.contains(claim.key());
  }

  /** What a driver has made ready of a claim. */
  void ready(String key, String driver, List<PreparedDevice> devices) {
    byKey.computeIfPresent(key, (name, claim) -> claim.with(driver, devices));
  }

  /** All of a claim's drivers have made it ready. */
  void prepared(String key) {
    if (byKey.containsKey(key)) {
      prepared.add(key);
    }
  }

  /** Lets a pod go; gives the claims that nobody else uses, which are to be taken back. */
  List<ClaimState> detach(String podUid) {
    var last = new ArrayList<ClaimState>();
    for (var claim : of(podUid)) {
      if (claim.pods().size() == 1) {
        leaving.add(claim.key());
        last.add(claim);
      } else {
        byKey.put(claim.key(), claim.withoutPod(podUid));
      }
    }
    return last;
  }

  /** The drivers have taken a claim back. */
  void remove(ClaimState claim) {
    byKey.remove(claim.key());
    prepared.remove(claim.key());
    leaving.remove(claim.key());
  }
}
