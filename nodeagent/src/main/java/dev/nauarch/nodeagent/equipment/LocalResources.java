package dev.nauarch.nodeagent.equipment;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.nauarch.api.quota.Amount;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.nodeagent.device.Device;
import dev.nauarch.nodeagent.device.DeviceCounts;
import dev.nauarch.nodeagent.device.DeviceLedger;
import dev.nauarch.nodeagent.device.DevicePlugins;
import dev.nauarch.nodeagent.device.Holding;
import dev.nauarch.nodeagent.lifecycle.Admission.Refusal;
import dev.nauarch.nodeagent.plugin.PluginHandler;
import dev.nauarch.nodeagent.resource.CpuLedger;
import dev.nauarch.nodeagent.resource.CpuSet;
import dev.nauarch.nodeagent.resource.MachineTopology;
import dev.nauarch.nodeagent.resource.PodContainers;
import dev.nauarch.nodeagent.resource.Refusals;
import dev.nauarch.nodeagent.resource.TopologyAdmission;
import dev.nauarch.nodeagent.resource.TopologyOptions;
import dev.nauarch.protocols.deviceplugin.ContainerAllocateResponse;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceHealth;
import io.fabric8.kubernetes.api.model.ResourceStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What pods have of the machine itself, and the plugins that give devices. The ledgers change under
 * this object's lock, and what has changed is on disk before a container starts with it; plugins
 * are never waited for under the lock.
 */
final class LocalResources implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalResources.class);

  /** So long a resource is still said to be there, without a healthy device, after its plugin. */
  private static final Duration GRACE = Duration.ofMinutes(5);

  /**
   * What is kept on disk.
   *
   * @param version of this form
   * @param devices what containers have
   * @param plugins the resources whose plugins were there
   * @param cpus the processors that containers have for themselves, by pod and name
   */
  record State(
      int version,
      List<Holding> devices,
      Set<String> plugins,
      Map<String, Map<String, String>> cpus) {
    private static final int VERSION = 1;
    private static final State EMPTY = new State(VERSION, List.of(), Set.of(), Map.of());
  }

  private final DeviceLedger devices;
  private final CpuLedger cpus;
  private final TopologyAdmission manager;
  private final boolean near;
  private final StateFile<State> file;
  private final InstantSource clock;
  private final Map<String, Instant> lostAt = new HashMap<>();
  private final Set<String> gone = new TreeSet<>();
  private final DevicePlugins plugins;
  private final Equipment.Listener listener;

  LocalResources(
      EquipmentOptions options,
      MachineTopology machine,
      InstantSource clock,
      Equipment.Listener listener)
      throws IOException {
    this.clock = clock;
    this.listener = listener;
    this.file = new StateFile<>(options.home().resolve("resources.json"), State.class);
    var before = file.read().orElse(State.EMPTY);
    if (before.version() != State.VERSION) {
      throw file.damaged("it has version " + before.version() + ", and 1 is known here", null);
    }
    this.devices = new DeviceLedger(machine.nodes(), before.devices(), before.plugins());
    before.plugins().forEach(resource -> lostAt.put(resource, clock.instant()));
    try {
      this.cpus = new CpuLedger(machine, options.cpus(), parsed(before.cpus()));
    } catch (IllegalArgumentException e) {
      throw file.damaged(String.valueOf(e.getMessage()), e);
    }
    this.manager = new TopologyAdmission(machine, options.topology(), List.of(devices, cpus));
    this.near = options.topology().policy() != TopologyOptions.Policy.NONE;
    this.plugins = DevicePlugins.start(options.devicePlugins(), new Lists());
  }

  private static Map<String, Map<String, CpuSet>> parsed(Map<String, Map<String, String>> written) {
    var parsed = new TreeMap<String, Map<String, CpuSet>>();
    written.forEach(
        (pod, byContainer) -> {
          var sets = new TreeMap<String, CpuSet>();
          byContainer.forEach((container, list) -> sets.put(container, CpuSet.parse(list)));
          parsed.put(pod, sets);
        });
    return parsed;
  }

  private Map<String, Map<String, String>> written() {
    var written = new TreeMap<String, Map<String, String>>();
    cpus.assignments()
        .forEach(
            (pod, byContainer) -> {
              var lists = new TreeMap<String, String>();
              byContainer.forEach((container, set) -> lists.put(container, set.toString()));
              written.put(pod, lists);
            });
    return written;
  }

  PluginHandler handler() {
    return plugins.handler();
  }

  /** Told by plugins of what they have. */
  private final class Lists implements DevicePlugins.Listener {
    @Override
    public void listed(String resource, List<Device> list) {
      Set<String> changed;
      synchronized (LocalResources.this) {
        var isNew = !devices.knows(resource);
        changed = changed(resource, list);
        lostAt.remove(resource);
        gone.remove(resource);
        devices.list(resource, list);
        if (isNew) {
          saveOrWarn();
        }
      }
      listener.nodeChanged();
      changed.forEach(listener::podChanged);
    }

    @Override
    public void lost(String resource) {
      Set<String> changed;
      synchronized (LocalResources.this) {
        changed = holders(resource);
        lostAt.put(resource, clock.instant());
        devices.lose(resource);
      }
      listener.nodeChanged();
      changed.forEach(listener::podChanged);
    }
  }

  /** The pods of whose devices one is another than before. */
  private Set<String> changed(String resource, List<Device> list) {
    var pods = new TreeSet<String>();
    for (var holding : devices.holdings()) {
      for (var id : holding.ids()) {
        var before = devices.device(resource, id).map(Device::healthy);
        var now = list.stream().filter(each -> each.id().equals(id)).findFirst();
        if (holding.resource().equals(resource) && !before.equals(now.map(Device::healthy))) {
          pods.add(holding.podUid());
        }
      }
    }
    return pods;
  }

  private Set<String> holders(String resource) {
    var pods = new TreeSet<String>();
    devices.holdings().stream()
        .filter(each -> each.resource().equals(resource))
        .forEach(each -> pods.add(each.podUid()));
    return pods;
  }

  Optional<Refusal> admit(Pod pod) {
    synchronized (this) {
      var refusal = manager.admit(pod);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    try {
      saveCpus(pod);
      for (var container : PodContainers.all(pod)) {
        give(pod, container.getName());
      }
      return Optional.empty();
    } catch (IOException e) {
      synchronized (this) {
        devices.release(pod.getMetadata().getUid());
        cpus.release(pod.getMetadata().getUid());
      }
      return Optional.of(Refusals.unexpected(String.valueOf(e.getMessage())));
    }
  }

  private synchronized void saveCpus(Pod pod) throws IOException {
    if (cpus.holders().contains(pod.getMetadata().getUid())) {
      save();
    }
  }

  /** Has plugins give the devices that were reserved for a container. */
  private void give(Pod pod, String container) throws IOException {
    var given = false;
    List<Holding> reserved;
    synchronized (this) {
      reserved = devices.holdings(pod.getMetadata().getUid(), container);
    }
    for (var holding : reserved) {
      if (!holding.isAnswered()) {
        var chosen = choose(holding);
        var answer = plugins.allocate(chosen.resource(), chosen.ids());
        synchronized (this) {
          devices.answer(chosen, Base64.getEncoder().encodeToString(answer.toByteArray()));
        }
        given = true;
      }
    }
    if (given) {
      synchronized (this) {
        save();
      }
    }
  }

  /** Lets the plugin choose among devices that are as near as those that were reserved. */
  private Holding choose(Holding holding) throws IOException {
    if (!plugins.hasPreferences(holding.resource())) {
      return holding;
    }
    Set<String> fixed;
    java.util.SortedSet<String> choice;
    synchronized (this) {
      fixed = devices.fixed(holding);
      choice = devices.choice(holding, near);
    }
    if (choice.size() <= holding.nearById().size()) {
      return holding;
    }
    var preferred = plugins.preferred(holding.resource(), choice, fixed, holding.nearById().size());
    synchronized (this) {
      return devices.exchange(holding, preferred, choice);
    }
  }

  /** What a container gets, after its plugins have made it ready. */
  Gear gear(Pod pod, Container container) throws IOException {
    var uid = pod.getMetadata().getUid();
    Set<String> wanted;
    List<Holding> held;
    synchronized (this) {
      wanted = devices.wanted(pod, container).keySet();
      held = devices.holdings(uid, container.getName());
    }
    if (!held.stream().map(Holding::resource).toList().containsAll(wanted)) {
      // An agent before this one took the pod while the plugin was not there yet.
      var refusal = admit(pod);
      if (refusal.isPresent()) {
        throw new IOException(refusal.get().message());
      }
      synchronized (this) {
        held = devices.holdings(uid, container.getName());
      }
    }
    var gear = new GearBuilder();
    cpus(uid, container.getName()).ifPresent(own -> gear.runOn(own.toString()));
    for (var holding : held) {
      plugins.preStart(holding.resource(), holding.ids());
      gear.add(answer(holding));
    }
    return gear.build();
  }

  private static ContainerAllocateResponse answer(Holding holding) throws IOException {
    try {
      return ContainerAllocateResponse.parseFrom(Base64.getDecoder().decode(holding.answer()));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new IOException(
          "what the plugin of " + holding.resource() + " said is not as it was kept", e);
    }
  }

  synchronized void release(String podUid) throws IOException {
    if (holders().contains(podUid)) {
      devices.release(podUid);
      cpus.release(podUid);
      save();
    }
  }

  synchronized Set<String> holders() {
    var all = new TreeSet<>(devices.holders());
    all.addAll(cpus.holders());
    return all;
  }

  private void save() throws IOException {
    var answered = devices.holdings().stream().filter(Holding::isAnswered).toList();
    file.write(new State(State.VERSION, answered, devices.resources(), written()));
  }

  private void saveOrWarn() {
    try {
      save();
    } catch (IOException e) {
      LOG.warn("The state of the node's devices was not written to {}", file.path(), e);
    }
  }

  List<ResourceStatus> health(Pod pod, Container container) {
    var all = new java.util.ArrayList<ResourceStatus>();
    synchronized (this) {
      for (var holding : devices.holdings(pod.getMetadata().getUid(), container.getName())) {
        var each = new ResourceStatus();
        each.setName(holding.resource());
        each.setResources(
            holding.ids().stream().map(id -> health(holding.resource(), id)).toList());
        all.add(each);
      }
    }
    return all;
  }

  private ResourceHealth health(String resource, String id) {
    var health = new ResourceHealth();
    health.setResourceID(id);
    // Of a device that no plugin tells of any more nothing bad is known.
    var healthy = devices.device(resource, id).map(Device::healthy).orElse(true);
    health.setHealth(healthy ? "Healthy" : "Unhealthy");
    return health;
  }

  Amounts capacity() {
    return amounts(DeviceCounts::capacity);
  }

  Amounts allocatable() {
    return amounts(DeviceCounts::allocatable);
  }

  private synchronized Amounts amounts(ToLongFunction<DeviceCounts> count) {
    var now = clock.instant();
    var expired =
        lostAt.entrySet().stream()
            .filter(each -> !each.getValue().plus(GRACE).isAfter(now))
            .map(Map.Entry::getKey)
            .toList();
    for (var resource : expired) {
      lostAt.remove(resource);
      gone.add(resource);
      devices.forget(resource);
      saveOrWarn();
    }
    var amounts = new TreeMap<String, Amount>();
    gone.forEach(resource -> amounts.put(resource, Amount.ZERO));
    devices
        .counts()
        .forEach((resource, each) -> amounts.put(resource, Amount.of(count.applyAsLong(each))));
    return new Amounts(amounts);
  }

  synchronized List<Holding> holdings(String podUid, String container) {
    return devices.holdings(podUid, container);
  }

  /** The processors that a container has for itself. */
  synchronized Optional<CpuSet> cpus(String podUid, String container) {
    return cpus.of(podUid, container);
  }

  /** The processors that containers could get for themselves. */
  synchronized CpuSet allocatableCpus() {
    return cpus.allocatable();
  }

  synchronized Map<String, List<Device>> healthyDevices() {
    return devices.allHealthy();
  }

  @Override
  public void close() {
    plugins.close();
  }
}
