package dev.nauarch.scheduling;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.scheduling.device.DeviceCommand;
import dev.nauarch.scheduling.device.DeviceEvent;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.DeviceNeeds;
import dev.nauarch.scheduling.model.ExtendedNeeds;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.Neighbours;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.SharedClaims;
import dev.nauarch.scheduling.translate.ApiRequest;
import dev.nauarch.scheduling.translate.ClaimSteps;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaintRule;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A cluster with devices, as its API server has it. The scheduler's writes are carried out when
 * they come, or later, and it hears of what has changed at once, or later.
 */
final class DeviceWorld {

  private static final Amounts NODE = new Amounts(1_000_000, 256L << 30, 0, 1_000, new TreeMap<>());

  final ClaimShelf claims = new ClaimShelf(this::tell);
  final TreeMap<ObjectKey, PodState> pods = new TreeMap<>();
  final TreeMap<String, NodeState> nodes = new TreeMap<>();
  final Map<String, ResourceSlice> slices = new TreeMap<>();
  final Map<String, DeviceClass> classes = new TreeMap<>();
  final Map<ObjectKey, String> whyByPod = new TreeMap<>();

  /** Requests on their way to the server; each gives the answer. */
  final Deque<Supplier<List<SchedulerEvent>>> requests = new ArrayDeque<>();

  /** What the scheduler has not heard of yet. */
  final Deque<SchedulerEvent> news = new ArrayDeque<>();

  private SchedulerCore core = new SchedulerCore(SchedulerOptions.DEFAULT);
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  DeviceWorld() {
    tell(new SchedulerEvent.NamespaceSeen("default", new TreeMap<>()));
    tell(new SchedulerEvent.Synced());
  }

  static <T> T model(String json, Class<T> type) {
    return ModelCodec.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), type);
  }

  private void tell(SchedulerEvent event) {
    news.add(event);
  }

  private void tell(DeviceEvent event) {
    tell(new SchedulerEvent.ForDevices(event));
  }

  /** A node that has something itself. */
  void owning(String name, String resource, long count) {
    var labels = new TreeMap<String, String>();
    labels.put("kubernetes.io/hostname", name);
    var node = new NodeState(name, labels, List.of(), NODE.with(resource, count), false);
    nodes.put(name, node);
    tell(new SchedulerEvent.NodeSeen(node));
  }

  void node(String name, String... labels) {
    var map = new TreeMap<String, String>();
    map.put("kubernetes.io/hostname", name);
    for (var label : labels) {
      map.put(label.substring(0, label.indexOf('=')), label.substring(label.indexOf('=') + 1));
    }
    var node = new NodeState(name, map, List.of(), NODE, false);
    nodes.put(name, node);
    tell(new SchedulerEvent.NodeSeen(node));
  }

  void deviceClass(String name, String spec) {
    var one =
        model("{'metadata':{'name':'" + name + "'},'spec':{" + spec + "}}", DeviceClass.class);
    classes.put(name, one);
    tell(new DeviceEvent.ClassSeen(one));
  }

  /** A slice; where and which devices as JSON. */
  void slice(String name, String pool, long generation, long count, String rest) {
    var one =
        model(
            "{'metadata':{'name':'%s'},'spec':{'driver':'d','pool':{'name':'%s','generation':%d,'resourceSliceCount':%d},%s}}"
                .formatted(name, pool, generation, count, rest),
            ResourceSlice.class);
    slices.put(name, one);
    tell(new DeviceEvent.SliceSeen(one));
  }

  /** A node's own pool of devices. */
  void devices(String node, String... devices) {
    slice(
        node,
        node,
        1,
        1,
        "'nodeName':'" + node + "','devices':[" + String.join(",", devices) + "]");
  }

  void noSlice(String name) {
    slices.remove(name);
    tell(new DeviceEvent.SliceGone(name));
  }

  void rule(String name, String spec) {
    tell(
        new DeviceEvent.RuleSeen(
            model(
                "{'metadata':{'name':'" + name + "'},'spec':{" + spec + "}}",
                DeviceTaintRule.class)));
  }

  void noRule(String name) {
    tell(new DeviceEvent.RuleGone(name));
  }

  void namespace(String name, String label, String value) {
    var labels = new TreeMap<String, String>();
    labels.put(label, value);
    tell(new SchedulerEvent.NamespaceSeen(name, labels));
  }

  /** A group whose pods share claims of these names. */
  void group(String name, String... shared) {
    var key = new ObjectKey("default", name);
    tell(
        new SchedulerEvent.GangSeen(
            new GangState(
                key, "uid-" + name, now, 1, "", GangState.Rank.OF_ITS_PODS, GangState.Course.NEW)));
    tell(
        new DeviceEvent.GroupSeen(
            new SharedClaims(
                key,
                "uid-" + name,
                Stream.of(shared)
                    .map(claim -> new SharedClaims.Entry(claim, "", claim))
                    .toList())));
  }

  /** A pod that uses claims. */
  void pod(String name, String... claimNames) {
    podOf("", name, claimNames);
  }

  /** A pod of a group that uses claims. */
  void podOf(String group, String name, String... claimNames) {
    var uses = new ArrayList<DeviceNeeds.Use>();
    for (var claim : claimNames) {
      uses.add(new DeviceNeeds.Use(new ObjectKey("default", claim), claim, ""));
    }
    come(
        group,
        name,
        Amounts.NONE.with("cpu", 1_000),
        new DeviceNeeds(uses, false, ExtendedNeeds.NONE));
  }

  /** A pod that asks for extended resources, and how many of each its only container has. */
  void asking(String name, Map<String, Long> resources) {
    asking(name, ExtendedNeeds.of(Amounts.NONE.plus(extended(resources))), extended(resources));
  }

  private static Amounts extended(Map<String, Long> resources) {
    return new Amounts(0, 0, 0, 0, new TreeMap<>(resources));
  }

  /** A pod whose containers ask for extended resources. */
  void asking(String name, ExtendedNeeds needs, Amounts requests) {
    come("", name, requests.with("cpu", 1_000), new DeviceNeeds(List.of(), false, needs));
  }

  /** The claim that stands for extended resources of a pod; none where it has none. */
  Optional<ResourceClaim> claimFor(String pod) {
    var uid = Objects.requireNonNull(pods.get(new ObjectKey("default", pod))).uid();
    return claims.all().stream()
        .filter(
            claim ->
                claim.getMetadata().getOwnerReferences().stream()
                    .anyMatch(owner -> uid.equals(owner.getUid())))
        .findFirst();
  }

  private void come(String group, String name, Amounts requests, DeviceNeeds needs) {
    seen(
        new PodState(
            new ObjectKey("default", name),
            "uid-" + name + "-" + claims.next(),
            new TreeMap<>(),
            new TreeMap<>(),
            PodShape.of(requests.with("pods", 1)),
            Neighbours.ANY,
            0,
            true,
            now,
            "",
            PodState.Stage.LIVE,
            List.of(),
            new PodState.Membership(group, "", "", true, false, ""),
            needs));
  }

  private void seen(PodState pod) {
    pods.put(pod.key(), pod);
    tell(new SchedulerEvent.PodSeen(pod));
  }

  String nodeOf(String pod) {
    return Objects.requireNonNull(pods.get(new ObjectKey("default", pod))).node();
  }

  String why(String pod) {
    return whyByPod.getOrDefault(new ObjectKey("default", pod), "");
  }

  /** A pod is gone, and with it what it had reserved, as the claim controller sees to. */
  void gone(String name) {
    var pod = pods.remove(new ObjectKey("default", name));
    if (pod == null) {
      return;
    }
    tell(new SchedulerEvent.PodGone(pod.key()));
    settleClaims();
  }

  private void settleClaims() {
    var uids = pods.values().stream().map(PodState::uid).collect(Collectors.toSet());
    claims.collect(uids);
    claims.release(uids);
  }

  /** Everything goes its way until nothing is under way. */
  void settle() {
    for (int i = 0; i < 100_000 && !(news.isEmpty() && requests.isEmpty()); i++) {
      hear(news.size());
      if (!requests.isEmpty()) {
        carryOut();
      }
    }
  }

  /** Lets time pass, and everything go its way. */
  void pass(Duration time) {
    settle();
    settleClaims();
    now = now.plus(time);
    tell(new SchedulerEvent.Woken());
    settle();
  }

  /** The scheduler hears of so many news. */
  void hear(int count) {
    var batch = new ArrayList<SchedulerEvent>();
    for (int i = 0; i < count && !news.isEmpty(); i++) {
      batch.add(news.remove());
    }
    core.on(batch, now).forEach(this::send);
  }

  /** The oldest request arrives, and its answer comes back at once, ahead of other news. */
  void carryOut() {
    var answers = requests.remove().get();
    core.on(answers, now).forEach(this::send);
  }

  /** The oldest request arrives, and its answer comes back behind all other news. */
  void carryOutUnheard() {
    news.addAll(requests.remove().get());
  }

  /** Another scheduler takes over; what this one had under way is carried out or lost. */
  void restart(boolean lost) {
    if (lost) {
      requests.clear();
    }
    while (!requests.isEmpty()) {
      carryOutUnheard();
    }
    news.clear();
    core = new SchedulerCore(SchedulerOptions.DEFAULT);
    tell(new SchedulerEvent.NamespaceSeen("default", new TreeMap<>()));
    nodes.values().forEach(node -> tell(new SchedulerEvent.NodeSeen(node)));
    pods.values().forEach(pod -> tell(new SchedulerEvent.PodSeen(pod)));
    slices.values().forEach(slice -> tell(new DeviceEvent.SliceSeen(slice)));
    classes.values().forEach(one -> tell(new DeviceEvent.ClassSeen(one)));
    claims.all().forEach(claim -> tell(new DeviceEvent.ClaimSeen(ClaimShelf.copy(claim))));
    tell(new SchedulerEvent.Synced());
  }

  private void send(SchedulerCommand command) {
    switch (command) {
      case SchedulerCommand.BindPod bind -> requests.add(() -> bind(bind));
      case SchedulerCommand.ForDevices(DeviceCommand.WriteClaims wanted) ->
          requests.add(() -> List.of(new SchedulerEvent.ForDevices(write(wanted))));
      case SchedulerCommand.ForDevices(DeviceCommand.Withdraw left) ->
          requests.add(() -> withdraw(left));
      case SchedulerCommand.ForDevices(DeviceCommand.Deallocate(var claim)) ->
          requests.add(
              () -> {
                var patch = ClaimSteps.deallocate(claim);
                claims.patch(patch.key(), patch.body());
                return List.of();
              });
      case SchedulerCommand.ReportPod report -> whyByPod.put(report.pod(), report.why().message());
      case SchedulerCommand.ClearPodReport(var pod) -> whyByPod.remove(pod);
      default -> {}
    }
  }

  private List<SchedulerEvent> bind(SchedulerCommand.BindPod bind) {
    var pod = pods.get(bind.pod());
    if (pod == null || !pod.uid().equals(bind.uid()) || pod.isBound()) {
      return List.of(
          new SchedulerEvent.BindFailed(
              bind.pod(), bind.uid(), SchedulerEvent.Failure.OVERTAKEN, "gone"));
    }
    var shape = pod.shape();
    var requests = shape.requests();
    var isClaimed = pod.devices().extended().isNoted();
    var ofNode = isClaimed ? requests.without(requests.extended().keySet()) : requests;
    seen(pod.in(shape.asking(ofNode)).on(bind.node()));
    return List.of();
  }

  private List<SchedulerEvent> withdraw(DeviceCommand.Withdraw left) {
    for (var request : ClaimSteps.withdraw(left)) {
      switch (request) {
        case ApiRequest.PatchObject patch when patch.resource().equals(Resources.PODS) ->
            note(left.pod(), left.uid(), false);
        case ApiRequest.PatchObject patch -> claims.patch(patch.key(), patch.body());
        case ApiRequest.Delete(var resource, var key, var uid) -> claims.drop(key, uid);
        default -> throw new IllegalStateException(request.toString());
      }
    }
    return List.of();
  }

  /** What the pod's status says of a claim for its extended resources. */
  private void note(ObjectKey key, String uid, boolean isNoted) {
    var pod = pods.get(key);
    if (pod == null || !pod.uid().equals(uid) || pod.devices().extended().isNoted() == isNoted) {
      return;
    }
    var needs = pod.devices();
    var extended = new ExtendedNeeds(needs.extended().asks(), isNoted);
    seen(Pods.like(pod, uid, new DeviceNeeds(needs.claims(), needs.waits(), extended)));
  }

  private DeviceEvent.Written write(DeviceCommand.WriteClaims wanted) {
    var written = new ArrayList<ResourceClaim>();
    var failure = "";
    for (var write : wanted.writes()) {
      if (failure.isEmpty()) {
        failure = claims.write(write, written);
      }
      if (failure.isEmpty() && !write.mappings().isEmpty()) {
        note(wanted.pod(), wanted.uid(), true);
      }
    }
    return new DeviceEvent.Written(
        wanted.pod(),
        wanted.uid(),
        wanted.writes().stream().map(write -> ObjectKey.of(write.claim())).toList(),
        written,
        failure,
        false);
  }
}
