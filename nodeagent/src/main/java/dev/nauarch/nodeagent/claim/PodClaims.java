package dev.nauarch.nodeagent.claim;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.DeviceClaims;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.nodeagent.claim.DeviceHealths.Health;
import dev.nauarch.nodeagent.claim.DeviceHealths.News;
import dev.nauarch.nodeagent.plugin.PluginHandler;
import dev.nauarch.protocols.dra.v1.Claim;
import dev.nauarch.protocols.dra.v1.Device;
import dev.nauarch.protocols.drahealth.DeviceHealth;
import dev.nauarch.protocols.drahealth.NodeWatchResourcesResponse;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceHealth;
import io.fabric8.kubernetes.api.model.ResourceStatus;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The claims of a node's pods. The book changes under this object's lock and is on disk before a
 * driver is asked; drivers and the cluster are never waited for under the lock.
 */
public final class PodClaims implements AutoCloseable {
  /** How long a driver may be away before what it offers is deleted. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ClusterClient client;
  private final InstantSource clock;
  private final Store store;
  private final Consumer<String> onHealth;
  private final ClaimBook book;
  private final DeviceHealths healths = new DeviceHealths();
  private final DraDrivers drivers;

  /** Where the book is kept. */
  public interface Store {

    /** What was written last. */
    List<ClaimState> read() throws IOException;

    /** Writes it; it is on disk when this returns. */
    void write(List<ClaimState> claims) throws IOException;
  }

  /**
   * For one node.
   *
   * @param patience how long a driver may be away before what it offers is deleted
   * @param onHealth told of pods whose devices' health has changed
   * @throws IOException where what an agent before this one had kept can't be read
   */
  public PodClaims(
      ClusterClient client,
      String node,
      Duration patience,
      InstantSource clock,
      Store store,
      Consumer<String> onHealth)
      throws IOException {
    this.client = client;
    this.clock = clock;
    this.store = store;
    this.onHealth = onHealth;
    this.book = new ClaimBook(store.read());
    this.drivers = new DraDrivers(client, node, patience, this::hear, this::silence);
    drivers.expectAll();
  }

  /** What is asked of sockets that are found to be of a driver. */
  public PluginHandler handler() {
    return drivers;
  }

  /** The claims of a pod, as its object says it: those of its entries and of its resources. */
  private static Set<String> names(Pod pod) throws IOException {
    var names = new LinkedHashSet<String>();
    for (var use : DeviceClaims.of(pod)) {
      if (use.isMissing()) {
        throw new IOException("ResourceClaim not created yet for entry " + use.entry());
      }
      if (!use.claim().isEmpty()) {
        names.add(use.claim());
      }
    }
    var extended = DeviceClaims.extended(pod);
    if (!extended.isEmpty()) {
      names.add(extended);
    }
    return names;
  }

  /**
   * Has the drivers of a pod's claims make them ready; may be repeated.
   *
   * @throws IOException where a claim is not the pod's or not allocated, a driver is not there or
   *     fails; the message is for the pod's owner
   */
  public void prepare(Pod pod) throws IOException {
    var claims = new ArrayList<ClaimState>();
    for (var name : names(pod)) {
      var claim = allocated(pod, name);
      for (var driver : claim.devices().keySet()) {
        drivers.driver(driver);
      }
      claims.add(claim);
    }
    if (claims.isEmpty()) {
      return;
    }
    var wanted = attach(pod.getMetadata().getUid(), claims);
    var byDriver = new TreeMap<String, List<ClaimState>>();
    for (var claim : wanted) {
      claim
          .devices()
          .keySet()
          .forEach(name -> byDriver.computeIfAbsent(name, each -> new ArrayList<>()).add(claim));
    }
    for (var batch : byDriver.entrySet()) {
      prepare(batch.getKey(), batch.getValue());
    }
    synchronized (this) {
      wanted.forEach(claim -> book.prepared(claim.key()));
      store.write(book.claims());
    }
  }

  /** A pod's claim as the cluster has it, with the drivers of the devices that it was given. */
  private ClaimState allocated(Pod pod, String name) throws IOException {
    var key = new ObjectKey(pod.getMetadata().getNamespace(), name);
    ResourceClaim claim;
    try {
      claim =
          client
              .get(Resources.RESOURCE_CLAIMS, key)
              .orElseThrow(() -> new IOException("fetch ResourceClaim " + name + ": not found"));
    } catch (ApiException e) {
      throw new IOException("fetch ResourceClaim " + name + ": " + e.getMessage(), e);
    }
    ClaimOwners.check(pod, claim);
    var status = claim.getStatus();
    if (status == null || status.getAllocation() == null) {
      throw new IOException("ResourceClaim " + name + ": not allocated");
    }
    var devices = status.getAllocation().getDevices();
    var names =
        devices == null
            ? Set.<String>of()
            : devices.getResults().stream().map(r -> r.getDriver()).collect(Collectors.toSet());
    return ClaimState.unprepared(key.namespace(), name, claim.getMetadata().getUid(), names);
  }

  /** Writes down that a pod uses claims; gives those that have to be made ready. */
  private synchronized List<ClaimState> attach(String podUid, List<ClaimState> claims)
      throws IOException {
    for (var claim : claims) {
      var refusal = book.refusal(claim);
      if (refusal.isPresent()) {
        throw new IOException(refusal.get());
      }
    }
    var wanted = claims.stream().filter(claim -> book.attach(claim, podUid)).toList();
    store.write(book.claims());
    return wanted;
  }

  private static Claim request(ClaimState claim) {
    return Claim.newBuilder()
        .setNamespace(claim.namespace())
        .setName(claim.name())
        .setUid(claim.uid())
        .build();
  }

  private static Map<String, ClaimState> byUid(Collection<ClaimState> claims) {
    var byUid = new LinkedHashMap<String, ClaimState>();
    claims.forEach(claim -> byUid.put(claim.uid(), claim));
    return byUid;
  }

  private void prepare(String driver, List<ClaimState> claims) throws IOException {
    var asked = byUid(claims);
    var answer = drivers.driver(driver).prepare(claims.stream().map(PodClaims::request).toList());
    for (var each : answer.getClaimsMap().entrySet()) {
      var claim = asked.remove(each.getKey());
      check("NodePrepareResources", each.getKey(), claim, each.getValue().getError());
      if (claim != null) {
        synchronized (this) {
          var ready = each.getValue().getDevicesList().stream().map(PodClaims::device).toList();
          book.ready(claim.key(), driver, ready);
        }
      }
    }
    if (!asked.isEmpty()) {
      throw new IOException("NodePrepareResources skipped " + asked.size() + " ResourceClaims");
    }
  }

  private static void check(
      String call, String uid, @org.jspecify.annotations.Nullable ClaimState claim, String error)
      throws IOException {
    if (claim == null) {
      throw new IOException(call + " returned result for unknown claim UID " + uid);
    }
    if (!error.isEmpty()) {
      throw new IOException(call + " failed for ResourceClaim " + claim.name() + ": " + error);
    }
  }

  private static PreparedDevice device(Device device) {
    return new PreparedDevice(
        device.getRequestNamesList(),
        device.getPoolName(),
        device.getDeviceName(),
        device.getCdiDeviceIdsList(),
        device.getShareId());
  }

  /**
   * Has the claims taken back that only this pod has used; may be repeated.
   *
   * @throws IOException where a driver is not there or fails
   */
  public void release(String podUid) throws IOException {
    List<ClaimState> last;
    synchronized (this) {
      if (book.of(podUid).isEmpty()) {
        return;
      }
      last = book.detach(podUid);
    }
    var byDriver = new TreeMap<String, List<ClaimState>>();
    for (var claim : last) {
      claim
          .devices()
          .keySet()
          .forEach(name -> byDriver.computeIfAbsent(name, each -> new ArrayList<>()).add(claim));
    }
    for (var batch : byDriver.entrySet()) {
      unprepare(batch.getKey(), batch.getValue());
    }
    synchronized (this) {
      last.forEach(book::remove);
      store.write(book.claims());
    }
  }

  private void unprepare(String driver, List<ClaimState> claims) throws IOException {
    var asked = byUid(claims);
    var answer = drivers.driver(driver).unprepare(claims.stream().map(PodClaims::request).toList());
    for (var each : answer.getClaimsMap().entrySet()) {
      var claim = asked.remove(each.getKey());
      check("NodeUnprepareResources", each.getKey(), claim, each.getValue().getError());
    }
    if (!asked.isEmpty()) {
      throw new IOException("NodeUnprepareResources skipped " + asked.size() + " ResourceClaims");
    }
  }

  /** The pods that use claims. */
  public synchronized Set<String> holders() {
    return book.pods();
  }

  /**
   * What the runtime finds the devices of a container by.
   *
   * @throws IOException where a claim of it was not made ready
   */
  public List<String> cdiDevices(Pod pod, Container container) throws IOException {
    var ids = new LinkedHashSet<String>();
    for (var part : ContainerClaims.of(pod, container)) {
      var claim = find(pod, part.claim());
      if (claim.isEmpty()) {
        throw new IOException(
            "unable to get information for ResourceClaim " + part.claim() + ": not prepared");
      }
      claim.get().devices().values().stream()
          .flatMap(List::stream)
          .filter(device -> device.isFor(part.request()))
          .forEach(device -> ids.addAll(device.cdiIds()));
    }
    return List.copyOf(ids);
  }

  private synchronized Optional<ClaimState> find(Pod pod, String name) {
    return book.find(pod.getMetadata().getNamespace(), name);
  }

  /** The claims that a container uses, as far as they are ready. */
  public List<ClaimState> of(Pod pod, Container container) {
    return ContainerClaims.of(pod, container).stream()
        .map(ContainerClaims::claim)
        .distinct()
        .flatMap(name -> find(pod, name).stream())
        .toList();
  }

  /** How the devices are that a container has claimed. */
  public List<ResourceStatus> health(Pod pod, Container container) {
    var all = new ArrayList<ResourceStatus>();
    for (var part : ContainerClaims.of(pod, container)) {
      var claim = find(pod, part.claim());
      if (part.entry().isEmpty() || claim.isEmpty()) {
        continue;
      }
      var byId = new LinkedHashMap<String, ResourceHealth>();
      claim
          .get()
          .devices()
          .forEach(
              (driver, devices) ->
                  devices.stream()
                      .filter(device -> device.isFor(part.request()))
                      .map(device -> health(driver, device))
                      .forEach(each -> byId.putIfAbsent(each.getResourceID(), each)));
      if (!byId.isEmpty()) {
        var status = new ResourceStatus();
        var request = part.request().isEmpty() ? "" : "/" + part.request();
        status.setName("claim:" + part.entry() + request);
        status.setResources(List.copyOf(byId.values()));
        all.add(status);
      }
    }
    return all;
  }

  private ResourceHealth health(String driver, PreparedDevice device) {
    Health known;
    synchronized (this) {
      known = healths.of(driver, device.pool(), device.device(), clock.instant());
    }
    var health = new ResourceHealth();
    health.setHealth(known.health());
    if (!known.message().isEmpty()) {
      health.setMessage(known.message());
    }
    health.setResourceID(
        device.cdiIds().isEmpty()
            ? driver + "/" + device.pool() + "/" + device.device()
            : device.cdiIds().getFirst());
    return health;
  }

  private void hear(String driver, NodeWatchResourcesResponse news) {
    Set<String> pods;
    synchronized (this) {
      var all = news.getDevicesList().stream().map(this::news).toList();
      pods = users(driver, healths.hear(driver, all));
    }
    pods.forEach(onHealth);
  }

  private void silence(String driver) {
    Set<String> pods;
    synchronized (this) {
      pods = users(driver, healths.forget(driver));
    }
    pods.forEach(onHealth);
  }

  private News news(DeviceHealth device) {
    var health =
        switch (device.getHealth()) {
          case HEALTHY -> "Healthy";
          case UNHEALTHY -> "Unhealthy";
          case UNKNOWN, UNRECOGNIZED -> "Unknown";
        };
    var seconds = device.getHealthCheckTimeoutSeconds();
    var timeout = seconds > 0 ? Duration.ofSeconds(seconds) : DeviceHealths.TIMEOUT_DEFAULT;
    return new News(
        device.getDevice().getPoolName(),
        device.getDevice().getDeviceName(),
        new Health(health, device.getMessage(), clock.instant(), timeout));
  }

  private Set<String> users(String driver, List<String> devices) {
    var pods = new TreeSet<String>();
    for (var claim : book.claims()) {
      var uses =
          claim.devices().getOrDefault(driver, List.of()).stream()
              .anyMatch(device -> devices.contains(device.pool() + "/" + device.device()));
      if (uses) {
        pods.addAll(claim.pods());
      }
    }
    return pods;
  }

  @Override
  public void close() {
    drivers.close();
  }
}
