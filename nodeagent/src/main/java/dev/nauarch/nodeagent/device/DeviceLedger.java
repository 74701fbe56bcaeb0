package dev.nauarch.nodeagent.device;

import dev.nauarch.nodeagent.lifecycle.Admission.Refusal;
import dev.nauarch.nodeagent.resource.Hint;
import dev.nauarch.nodeagent.resource.NumaNodes;
import dev.nauarch.nodeagent.resource.PodContainers;
import dev.nauarch.nodeagent.resource.Refusals;
import dev.nauarch.nodeagent.resource.ResourceLedger;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which devices a node has, and which container has which of them. No device is with two pods at
 * once; within a pod, those of an ordinary init container go on to the containers after it.
 */
public final class DeviceLedger implements ResourceLedger {
  private final NumaNodes machine;
  private final SortedMap<String, SortedMap<String, Device>> byResource = new TreeMap<>();
  private final List<Holding> holdings = new ArrayList<>();

  /**
   * For a machine with these NUMA nodes.
   *
   * @param before what containers have already
   * @param known resources whose plugins have not come back yet
   */
  public DeviceLedger(NumaNodes machine, Collection<Holding> before, Set<String> known) {
    this.machine = machine;
    holdings.addAll(before);
    known.forEach(resource -> byResource.put(resource, new TreeMap<>()));
  }

  /** Takes the devices of a resource, in place of those that were known. */
  public void list(String resource, Collection<Device> devices) {
    var byId = new TreeMap<String, Device>();
    for (var device : devices) {
      var near = device.near().and(machine);
      byId.put(device.id(), new Device(device.id(), device.healthy(), near));
    }
    byResource.put(resource, byId);
  }

  /** Nobody answers for a resource: none of its devices is healthy. */
  public void lose(String resource) {
    var devices = byResource.get(resource);
    if (devices != null) {
      devices.replaceAll((id, device) -> new Device(id, false, device.near()));
    }
  }

  /** A resource is gone for good; who has devices of it keeps them. */
  public void forget(String resource) {
    byResource.remove(resource);
  }

  /** The resources that plugins have, or have had lately. */
  public Set<String> resources() {
    return new TreeSet<>(byResource.keySet());
  }

  /** How many devices there are, by resource. */
  public SortedMap<String, DeviceCounts> counts() {
    var counts = new TreeMap<String, DeviceCounts>();
    byResource.forEach(
        (resource, devices) ->
            counts.put(resource, new DeviceCounts(devices.size(), healthy(resource).size())));
    return counts;
  }

  /** The healthy devices of a resource. */
  public List<Device> healthyDevices(String resource) {
    return devices(resource).values().stream().filter(Device::healthy).toList();
  }

  /** A device that its plugin tells of. */
  public Optional<Device> device(String resource, String id) {
    return Optional.ofNullable(devices(resource).get(id));
  }

  /** All that containers have. */
  public List<Holding> holdings() {
    return List.copyOf(holdings);
  }

  /** What a container has. */
  public List<Holding> holdings(String podUid, String container) {
    return holdings.stream().filter(each -> each.isOf(podUid, container)).toList();
  }

  /** What a container has of a resource. */
  public Optional<Holding> holding(String podUid, String container, String resource) {
    return holdings(podUid, container).stream()
        .filter(each -> each.resource().equals(resource))
        .findFirst();
  }

  private SortedMap<String, Device> devices(String resource) {
    return byResource.getOrDefault(resource, new TreeMap<>());
  }

  private SortedSet<String> healthy(String resource) {
    return healthyDevices(resource).stream()
        .map(Device::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The healthy devices that nobody has. */
  public SortedSet<String> free(String resource) {
    var free = healthy(resource);
    holdings.stream()
        .filter(each -> each.resource().equals(resource))
        .forEach(each -> free.removeAll(each.nearById().keySet()));
    return free;
  }

  /** What a container asks for of the resources that plugins have, or have had. */
  public SortedMap<String, Integer> wanted(Pod pod, Container container) {
    var wanted = new TreeMap<String, Integer>();
    var limits = container.getResources() == null ? null : container.getResources().getLimits();
    if (limits != null) {
      limits.forEach(
          (resource, quantity) -> {
            var count = count(quantity);
            var ours =
                byResource.containsKey(resource)
                    || holdings.stream().anyMatch(each -> each.resource().equals(resource));
            if (ours && count > 0 && !isClaimed(pod, container, resource)) {
              wanted.put(resource, count);
            }
          });
    }
    return wanted;
  }

  private static int count(Quantity quantity) {
    return quantity.getNumericalAmount().intValue();
  }

  /** Whether devices for it were allocated by a claim that stands for an extended resource. */
  private static boolean isClaimed(Pod pod, Container container, String resource) {
    var status = pod.getStatus();
    var claim = status == null ? null : status.getExtendedResourceClaimStatus();
    return claim != null
        && claim.getRequestMappings().stream()
            .anyMatch(
                mapping ->
                    container.getName().equals(mapping.getContainerName())
                        && resource.equals(mapping.getResourceName()));
  }

  /** The devices of a pod's ordinary init containers that no container after them has taken. */
  private SortedSet<String> reusable(Pod pod, String resource) {
    var passing = PodContainers.passing(pod);
    var reusable = new TreeSet<String>();
    var kept = new TreeSet<String>();
    for (var each : holdings) {
      if (each.podUid().equals(pod.getMetadata().getUid()) && each.resource().equals(resource)) {
        (passing.contains(each.container()) ? reusable : kept).addAll(each.nearById().keySet());
      }
    }
    reusable.removeAll(kept);
    return reusable;
  }

  @Override
  public List<List<Hint>> hints(Pod pod, Container container) {
    var uid = pod.getMetadata().getUid();
    var hints = new ArrayList<List<Hint>>();
    wanted(pod, container)
        .forEach(
            (resource, count) -> {
              var held =
                  holding(uid, container.getName(), resource).map(Holding::ids).orElse(none());
              hints.add(
                  hints(
                      resource,
                      count,
                      held,
                      held.isEmpty() ? free(resource) : held,
                      held.isEmpty() ? reusable(pod, resource) : none()));
            });
    return hints;
  }

  @Override
  public List<List<Hint>> hints(Pod pod) {
    var names = new TreeSet<String>();
    PodContainers.all(pod).forEach(each -> names.addAll(wanted(pod, each).keySet()));
    var hints = new ArrayList<List<Hint>>();
    for (var resource : names) {
      var count =
          (int) PodContainers.atOnce(pod, each -> wanted(pod, each).getOrDefault(resource, 0));
      var held = none();
      holdings.stream()
          .filter(each -> each.podUid().equals(pod.getMetadata().getUid()))
          .filter(each -> each.resource().equals(resource))
          .forEach(each -> held.addAll(each.nearById().keySet()));
      hints.add(
          hints(resource, count, held, held.isEmpty() ? free(resource) : held, new TreeSet<>()));
    }
    return hints;
  }

  private static SortedSet<String> none() {
    return new TreeSet<>();
  }

  private List<Hint> hints(
      String resource,
      int count,
      SortedSet<String> held,
      SortedSet<String> available,
      SortedSet<String> reusable) {
    var devices = devices(resource);
    var among = devices.values().stream().map(Device::near).reduce(NumaNodes.NONE, NumaNodes::or);
    if (among.isEmpty()) {
      return Hint.anywhere();
    }
    var all = new TreeSet<>(available);
    all.addAll(reusable);
    if ((!held.isEmpty() && held.size() != count) || all.size() < count) {
      return Hint.nowhere();
    }
    return Hint.over(
        among,
        nodes -> devices.values().stream().filter(d -> d.near().meets(nodes)).count() >= count,
        nodes ->
            reusable.stream().allMatch(id -> isNear(devices, id, nodes, true))
                && all.stream().filter(id -> isNear(devices, id, nodes, false)).count() >= count);
  }

  private static boolean isNear(
      SortedMap<String, Device> devices, String id, NumaNodes nodes, boolean otherwise) {
    var device = devices.get(id);
    return (device == null || device.near().isEmpty()) ? otherwise : device.near().meets(nodes);
  }

  @Override
  public Optional<Refusal> reserve(Pod pod, Container container, Optional<NumaNodes> near) {
    for (var wish : wanted(pod, container).entrySet()) {
      var refusal = reserve(pod, container.getName(), wish.getKey(), wish.getValue(), near);
      if (refusal.isPresent()) {
        return refusal.map(Refusals::unexpected);
      }
    }
    return Optional.empty();
  }

  /** Why a container does not get so many devices of a resource. */
  private Optional<String> reserve(
      Pod pod, String container, String resource, int count, Optional<NumaNodes> near) {
    var uid = pod.getMetadata().getUid();
    var held = holding(uid, container, resource);
    var trouble = trouble(uid, container, resource, count, held);
    if (trouble.isPresent() || held.isPresent()) {
      return trouble;
    }
    var chosen = new TreeSet<String>();
    take(chosen, count, reusable(pod, resource));
    var free = free(resource);
    if (chosen.size() + free.size() < count) {
      return Optional.of(
          "requested number of devices unavailable for "
              + resource
              + ". Requested: "
              + (count - chosen.size())
              + ", Available: "
              + free.size());
    }
    take(chosen, count, aligned(resource, free, near));
    take(chosen, count, located(resource, free));
    take(chosen, count, free);
    holdings.add(new Holding(uid, container, resource, nears(resource, chosen), ""));
    return Optional.empty();
  }

  private Optional<String> trouble(
      String uid, String container, String resource, int count, Optional<Holding> held) {
    if (held.isPresent() && held.get().nearById().size() != count) {
      return Optional.of(
          "pod \"%s\" container \"%s\" changed request for resource \"%s\" from %d to %d"
              .formatted(uid, container, resource, held.get().nearById().size(), count));
    }
    if (!byResource.containsKey(resource)) {
      return Optional.of("cannot allocate unregistered device " + resource);
    }
    var healthy = healthy(resource);
    if (healthy.isEmpty()) {
      return Optional.of(
          "no healthy devices present; cannot allocate unhealthy devices " + resource);
    }
    if (held.isPresent() && !healthy.containsAll(held.get().nearById().keySet())) {
      return Optional.of(
          "previously allocated devices are no longer healthy; cannot allocate unhealthy devices "
              + resource);
    }
    return Optional.empty();
  }

  private static void take(SortedSet<String> chosen, int count, Collection<String> from) {
    for (var id : from) {
      if (chosen.size() < count) {
        chosen.add(id);
      }
    }
  }

  /** Those on the wished nodes, first those on the nodes with the fewest. */
  private List<String> aligned(String resource, SortedSet<String> free, Optional<NumaNodes> near) {
    if (near.isEmpty()) {
      return List.of();
    }
    return byFewest(resource, free, near.get());
  }

  /** Those on any node, where some are on none. */
  private List<String> located(String resource, SortedSet<String> free) {
    return byFewest(resource, free, machine);
  }

  private List<String> byFewest(String resource, SortedSet<String> free, NumaNodes nodes) {
    var devices = devices(resource);
    var byNode = new TreeMap<Integer, List<String>>();
    for (var id : free) {
      var device = devices.get(id);
      if (device != null) {
        for (var node : device.near().and(nodes).numbers()) {
          byNode.computeIfAbsent(node, each -> new ArrayList<>()).add(id);
        }
      }
    }
    return byNode.values().stream()
        .sorted((a, b) -> Integer.compare(a.size(), b.size()))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  private SortedMap<String, NumaNodes> nears(String resource, Collection<String> ids) {
    var nears = new TreeMap<String, NumaNodes>();
    var devices = devices(resource);
    for (var id : ids) {
      var device = devices.get(id);
      nears.put(id, device == null ? NumaNodes.NONE : device.near());
    }
    return nears;
  }

  /**
   * The devices that a container could have in place of those that it was given and has not begun
   * to use: free ones, and its own. Empty where it has no choice.
   *
   * @param near whether they have to be near to the nodes that its own are near to
   */
  public SortedSet<String> choice(Holding holding, boolean near) {
    var choice = free(holding.resource());
    if (near && holding.nearById().values().stream().noneMatch(NumaNodes::isEmpty)) {
      var devices = devices(holding.resource());
      var own = holding.nearById().values().stream().reduce(NumaNodes.NONE, NumaNodes::or);
      choice.removeIf(id -> !isNear(devices, id, own, false));
    }
    if (!choice.isEmpty()) {
      choice.addAll(holding.ids());
    }
    return choice;
  }

  /** The devices of a container that it shares with others of its pod, and so can't change. */
  public SortedSet<String> fixed(Holding holding) {
    var fixed = holding.ids();
    var others = new TreeSet<String>();
    holdings.stream()
        .filter(each -> each.podUid().equals(holding.podUid()))
        .filter(each -> each.resource().equals(holding.resource()))
        .filter(each -> !each.container().equals(holding.container()))
        .forEach(each -> others.addAll(each.nearById().keySet()));
    fixed.retainAll(others);
    return fixed;
  }

  /**
   * Exchanges devices for those that the plugin would rather give, as far as they are still free;
   * whatever else the plugin names is none of its choice.
   */
  public Holding exchange(Holding holding, Collection<String> preferred, Set<String> choice) {
    var count = holding.nearById().size();
    var chosen = fixed(holding);
    Set<String> possible = free(holding.resource());
    possible.addAll(holding.ids());
    possible.retainAll(choice);
    take(chosen, count, preferred.stream().filter(possible::contains).toList());
    take(chosen, count, holding.ids());
    var exchanged = holding.with(nears(holding.resource(), chosen));
    replace(holding, exchanged);
    return exchanged;
  }

  /** Takes what the plugin says that a container needs. */
  public void answer(Holding holding, String answer) {
    replace(holding, holding.answered(answer));
  }

  private void replace(Holding before, Holding after) {
    var at = holdings.indexOf(before);
    if (at >= 0) {
      holdings.set(at, after);
    }
  }

  @Override
  public void release(String podUid) {
    holdings.removeIf(each -> each.podUid().equals(podUid));
  }

  @Override
  public Set<String> holders() {
    return holdings.stream().map(Holding::podUid).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether a plugin, or one that was here, has devices of this name. */
  public boolean knows(String resource) {
    return byResource.containsKey(resource);
  }

  /** The healthy devices by resource, for who asks what the node could give. */
  public Map<String, List<Device>> allHealthy() {
    var all = new TreeMap<String, List<Device>>();
    byResource.keySet().forEach(resource -> all.put(resource, healthyDevices(resource)));
    return all;
  }
}
