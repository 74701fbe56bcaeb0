package dev.nauarch.apiserver.usage;

import dev.nauarch.api.OwnNames;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.ObjectPart;
import dev.nauarch.apiserver.object.StoredForm;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.registry.FoundOut;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * NodeMetrics and PodMetrics. A pod has some when all of its containers that run have; what is only
 * played has the label that says so. May be called from any thread.
 */
public final class UsageMetrics implements FoundOut, AutoCloseable {

  private static final String GROUP = "metrics.k8s.io";

  /** There may be very many, of which hardly anything is needed. */
  private static final ObjectPart OF_PODS =
      ObjectPart.of(
          "metadata.name",
          "metadata.namespace",
          "metadata.labels",
          "metadata.annotations",
          "spec.nodeName",
          "status.phase",
          "status.containerStatuses.name",
          "status.containerStatuses.state",
          "status.initContainerStatuses.name",
          "status.initContainerStatuses.state");

  private static final ObjectPart OF_NODES = ObjectPart.of("metadata.name", "metadata.labels");

  private final ObjectView view;
  private final InstantSource clock;
  private final AgentReader agents;

  private UsageMetrics(ObjectView view, AgentReader agents, InstantSource clock) {
    this.view = view;
    this.agents = agents;
    this.clock = clock;
  }

  /**
   * Starts to read the agents of nodes.
   *
   * @param view where nodes and pods are looked up
   * @param pages reads {@code /metrics/resource} of a node's agent
   */
  public static UsageMetrics start(ObjectView view, Pages pages, InstantSource clock) {
    return new UsageMetrics(view, AgentReader.start(view, pages, clock), clock);
  }

  /** Reads a page of a node's agent. */
  @FunctionalInterface
  public interface Pages {

    /**
     * The page as text.
     *
     * @throws dev.nauarch.api.ApiException it can't be had
     */
    String read(ObjectNode node);
  }

  /** A moment, and how long before it the measurement began. */
  private record Span(Instant at, Duration window) {

    void writeTo(ObjectNode object) {
      object.put("timestamp", at.truncatedTo(ChronoUnit.SECONDS).toString());
      var millis = window.toMillis();
      object.put("window", millis % 1000 == 0 ? millis / 1000 + "s" : millis / 1000.0 + "s");
    }
  }

  @Override
  public boolean isKind(Kind kind) {
    return kind.group().equals(GROUP);
  }

  @Override
  public List<StoredObject> all(Kind kind, String namespace) {
    return kind.kind().equals("NodeMetrics") ? nodes(kind) : pods(kind, namespace);
  }

  @Override
  public Optional<StoredObject> find(Kind kind, String namespace, String name) {
    if (kind.kind().equals("NodeMetrics")) {
      return view.find("", "nodes", "", name)
          .flatMap(node -> node(kind, node, () -> sum(view.podsOn(name))));
    }
    return view.find("", "pods", namespace, name)
        .flatMap(pod -> pod(kind, pod, isSimulated(Json.text(pod, "spec", "nodeName"))));
  }

  private List<StoredObject> nodes(Kind kind) {
    var podsByNode = new HashMap<String, List<ObjectNode>>();
    for (var pod : view.parts("", "pods", "", OF_PODS)) {
      podsByNode
          .computeIfAbsent(Json.text(pod, "spec", "nodeName"), name -> new ArrayList<>())
          .add(pod);
    }
    var objects = new ArrayList<StoredObject>();
    for (var node : view.parts("", "nodes", "", OF_NODES)) {
      var pods = podsByNode.getOrDefault(Json.text(node, "metadata", "name"), List.of());
      node(kind, node, () -> sum(pods)).ifPresent(objects::add);
    }
    return objects;
  }

  private static Usage sum(List<ObjectNode> pods) {
    return pods.stream()
        .flatMap(pod -> PlayedUsage.of(pod).values().stream())
        .reduce(Usage.NONE, Usage::plus);
  }

  /**
   * A node's metrics.
   *
   * @param played what its pods use, if it is simulated
   */
  private Optional<StoredObject> node(Kind kind, ObjectNode node, Supplier<Usage> played) {
    return AgentReader.isSimulated(node)
        ? Optional.of(node(kind, node, now(), played.get()))
        : agents
            .measured(Json.text(node, "metadata", "name"))
            .flatMap(
                measured -> measured.node().map(usage -> node(kind, node, span(measured), usage)));
  }

  private boolean isSimulated(String node) {
    return view.scalar("", "nodes", "", node, AgentReader.LABEL).equals(AgentReader.PLAYED);
  }

  private Span now() {
    return new Span(clock.instant(), Duration.ZERO);
  }

  private static Span span(Measured measured) {
    return new Span(measured.at(), measured.window());
  }

  private static StoredObject node(Kind kind, ObjectNode node, Span span, Usage usage) {
    var object = begin(node, span, AgentReader.isSimulated(node));
    object.set("usage", usage.json());
    return stored(kind, object);
  }

  private List<StoredObject> pods(Kind kind, String namespace) {
    var simulated = new HashMap<String, Boolean>();
    var objects = new ArrayList<StoredObject>();
    for (var pod : view.parts("", "pods", namespace, OF_PODS)) {
      var node = Json.text(pod, "spec", "nodeName");
      if (!node.isEmpty()) {
        var isPlayed = simulated.computeIfAbsent(node, this::isSimulated);
        pod(kind, pod, isPlayed).ifPresent(objects::add);
      }
    }
    objects.sort(Comparator.comparing(StoredObject::key));
    return objects;
  }

  private Optional<StoredObject> pod(Kind kind, ObjectNode pod, boolean isSimulated) {
    if (!Json.text(pod, "status", "phase").equals("Running")) {
      return Optional.empty();
    }
    if (isSimulated) {
      return pod(kind, pod, now(), PlayedUsage.of(pod), true);
    }
    return agents
        .measured(Json.text(pod, "spec", "nodeName"))
        .flatMap(measured -> pod(kind, pod, span(measured), of(pod, measured), false));
  }

  private static Map<String, Usage> of(ObjectNode pod, Measured measured) {
    var usages = new LinkedHashMap<String, Usage>();
    var namespace = Json.text(pod, "metadata", "namespace");
    var name = Json.text(pod, "metadata", "name");
    measured
        .containers()
        .forEach(
            (key, usage) -> {
              if (key.namespace().equals(namespace) && key.pod().equals(name)) {
                usages.put(key.container(), usage);
              }
            });
    return usages;
  }

  private static Optional<StoredObject> pod(
      Kind kind, ObjectNode pod, Span span, Map<String, Usage> usages, boolean isSimulated) {
    for (var status : Json.child(pod, "status").path("containerStatuses")) {
      var isRunning = status.path("state").path("running").isObject();
      if (isRunning && !usages.containsKey(status.path("name").asString(""))) {
        return Optional.empty();
      }
    }
    if (usages.isEmpty()) {
      return Optional.empty();
    }
    var object = begin(pod, span, isSimulated);
    var containers = object.putArray("containers");
    usages.forEach(
        (name, usage) -> containers.addObject().put("name", name).set("usage", usage.json()));
    return Optional.of(stored(kind, object));
  }

  /** Metrics have the name, the labels and nothing else of what they are about. */
  private static ObjectNode begin(ObjectNode about, Span span, boolean isSimulated) {
    var object = Json.object();
    var metadata = object.putObject("metadata");
    metadata.put("name", Json.text(about, "metadata", "name"));
    var namespace = Json.text(about, "metadata", "namespace");
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    metadata.put("creationTimestamp", span.at().truncatedTo(ChronoUnit.SECONDS).toString());
    var labels = Json.child(Json.child(about, "metadata"), "labels").deepCopy();
    if (isSimulated) {
      labels.put(OwnNames.SIMULATED, "true");
    }
    if (!labels.isEmpty()) {
      metadata.set("labels", labels);
    }
    span.writeTo(object);
    return object;
  }

  private static StoredObject stored(Kind kind, ObjectNode object) {
    var namespace = Json.text(object, "metadata", "namespace");
    var name = Json.text(object, "metadata", "name");
    return new StoredObject(
        namespace.isEmpty() ? name : namespace + "/" + name,
        StoredForm.encode(object, kind.apiVersion(), kind.kind()),
        0);
  }

  @Override
  public void close() {
    agents.close();
  }
}
