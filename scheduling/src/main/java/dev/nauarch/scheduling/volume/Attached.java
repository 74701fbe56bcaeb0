package dev.nauarch.scheduling.volume;

import dev.nauarch.api.InTreeStorage;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.DriverVolume;
import dev.nauarch.scheduling.model.PodState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which pods use which claims and disks where, and how many volumes nodes can have. */
final class Attached {

  private final Map<String, Map<ObjectKey, PodState>> podsByNode = new HashMap<>();
  private final Map<ObjectKey, SortedSet<ObjectKey>> podsByClaim = new HashMap<>();
  private final Map<String, NodeDrivers> driversByNode = new HashMap<>();
  private final Map<String, AttachmentState> attachments = new HashMap<>();
  private final Map<String, SortedSet<String>> attachmentsByNode = new HashMap<>();
  private final SortedSet<String> needed = new TreeSet<>();
  private final OfClaims ofClaims;
  private final Supply supply;

  /** What a driver attaches for a claim that a pod uses. */
  @FunctionalInterface
  interface OfClaims {
    /**
     * The volume.
     *
     * @param chosen the name of the volume that it would get; empty for none
     */
    Optional<DriverVolume> disk(PodState pod, ObjectKey claim, String chosen);
  }

  Attached(Supply supply, OfClaims ofClaims) {
    this.supply = supply;
    this.ofClaims = ofClaims;
  }

  void placed(PodState pod) {
    podsByNode.computeIfAbsent(pod.node(), each -> new LinkedHashMap<>()).put(pod.key(), pod);
    for (var use : pod.shape().volumes().claims()) {
      podsByClaim.computeIfAbsent(use.claim(), each -> new TreeSet<>()).add(pod.key());
    }
  }

  void unplaced(PodState pod) {
    var pods = podsByNode.get(pod.node());
    if (pods != null && pods.remove(pod.key()) != null && pods.isEmpty()) {
      podsByNode.remove(pod.node());
    }
    for (var use : pod.shape().volumes().claims()) {
      var users = podsByClaim.get(use.claim());
      if (users != null && users.remove(pod.key()) && users.isEmpty()) {
        podsByClaim.remove(use.claim());
      }
    }
  }

  /** Whether another pod has a place and uses the claim. */
  boolean isUsedByOthers(ObjectKey claim, PodState pod) {
    var users = podsByClaim.get(claim);
    return users != null && users.stream().anyMatch(user -> !user.equals(pod.key()));
  }

  /** Whether a pod on the node has a disk that the pod names, so that both can't be there. */
  boolean hasConflict(PodState pod, String node) {
    var disks = pod.shape().volumes().disks();
    return !disks.isEmpty()
        && on(node).stream()
            .flatMap(other -> other.shape().volumes().disks().stream())
            .anyMatch(theirs -> disks.stream().anyMatch(mine -> mine.conflictsWith(theirs)));
  }

  private Collection<PodState> on(String node) {
    var pods = podsByNode.get(node);
    return pods == null ? List.of() : pods.values();
  }

  void put(NodeDrivers drivers) {
    driversByNode.put(drivers.node(), drivers);
  }

  void removeDrivers(String node) {
    driversByNode.remove(node);
  }

  void put(AttachmentState attachment) {
    removeAttachment(attachment.name());
    attachments.put(attachment.name(), attachment);
    attachmentsByNode
        .computeIfAbsent(attachment.node(), each -> new TreeSet<>())
        .add(attachment.name());
  }

  void removeAttachment(String name) {
    var old = attachments.remove(name);
    if (old == null) {
      return;
    }
    var there = attachmentsByNode.get(old.node());
    if (there != null && there.remove(name) && there.isEmpty()) {
      attachmentsByNode.remove(old.node());
    }
  }

  /** Says of a driver whether nodes must have it for its volumes. */
  void need(String driver, boolean isNeeded) {
    if (isNeeded) {
      needed.add(driver);
    } else {
      needed.remove(driver);
    }
  }

  /** A driver that the node must have for the pod's volumes, and does not say to have. */
  Optional<String> missingDriver(PodState pod, String node, List<Outcome.Choice> chosen) {
    if (needed.isEmpty()) {
      return Optional.empty();
    }
    var drivers = driversByNode.getOrDefault(node, NodeDrivers.none(node));
    return volumes(List.of(pod), drivers, chosen).keySet().stream()
        .filter(driver -> needed.contains(driver) && !drivers.installed().contains(driver))
        .findFirst();
  }

  /** Whether the node would have more volumes with the pod than one of its drivers can attach. */
  boolean exceedsLimit(PodState pod, String node, List<Outcome.Choice> chosen) {
    var drivers = driversByNode.get(node);
    if (drivers == null || drivers.limits().isEmpty()) {
      return false;
    }
    var further = volumes(List.of(pod), drivers, chosen);
    if (further.isEmpty()) {
      return false;
    }
    var others = on(node).stream().filter(other -> !other.key().equals(pod.key())).toList();
    var there =
        volumes(others.stream().filter(other -> !other.isPlaceOnly()).toList(), drivers, List.of());
    addAttached(node, there);
    var held = volumes(others.stream().filter(PodState::isPlaceOnly).toList(), drivers, List.of());
    return further.keySet().stream()
        .filter(driver -> !of(driver, there).containsAll(of(driver, further)))
        .anyMatch(
            driver ->
                exceeds(
                    drivers.limits().get(driver),
                    List.of(of(driver, there), of(driver, held), of(driver, further))));
  }

  private static SortedSet<String> of(
      String driver, SortedMap<String, SortedSet<String>> handlesByDriver) {
    return handlesByDriver.getOrDefault(driver, Collections.emptySortedSet());
  }

  /** What is only held for somebody counts, but is not there yet for others to share. */
  private static boolean exceeds(@Nullable Long limit, List<SortedSet<String>> handles) {
    var all = new TreeSet<String>();
    handles.forEach(all::addAll);
    return limit != null && all.size() > limit;
  }

  private void addAttached(String node, SortedMap<String, SortedSet<String>> there) {
    for (var name : attachmentsByNode.getOrDefault(node, new TreeSet<>())) {
      var attachment = attachments.get(name);
      if (attachment != null) {
        supply
            .volume(attachment.volume())
            .flatMap(volume -> volume.disk().filter(disk -> disk.plugin().isEmpty()))
            .ifPresent(
                disk ->
                    there
                        .computeIfAbsent(attachment.driver(), each -> new TreeSet<>())
                        .add(disk.handle()));
      }
    }
  }

  /** What drivers attach for the pods, by driver. */
  private SortedMap<String, SortedSet<String>> volumes(
      Collection<PodState> pods, NodeDrivers drivers, List<Outcome.Choice> chosen) {
    var handlesByDriver = new TreeMap<String, SortedSet<String>>();
    for (var pod : pods) {
      var all = new ArrayList<DriverVolume>();
      for (var use : pod.shape().volumes().claims()) {
        ofClaims.disk(pod, use.claim(), volumeOf(use.claim(), chosen)).ifPresent(all::add);
      }
      for (var disk : pod.shape().volumes().disks()) {
        InTreeStorage.driver(disk.plugin())
            .map(driver -> new DriverVolume(driver, disk.ids().getFirst(), disk.plugin()))
            .ifPresent(all::add);
      }
      for (var volume : all) {
        if (volume.plugin().isEmpty() || drivers.migrated().contains(volume.plugin())) {
          handlesByDriver
              .computeIfAbsent(volume.driver(), each -> new TreeSet<>())
              .add(volume.handle());
        }
      }
    }
    return handlesByDriver;
  }

  private static String volumeOf(ObjectKey claim, List<Outcome.Choice> chosen) {
    for (var choice : chosen) {
      if (choice.claim().key().equals(claim)) {
        return choice.volume();
      }
    }
    return "";
  }
}
