package dev.nauarch.launcher.command;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.OwnNames;
import dev.nauarch.client.remote.RemoteClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code nau why}. */
@Command(
    name = "nau why",
    description = {
      "Why something waits: one reason, the evidence, what is not the reason, and what would help.",
      "Looks at the object, at its Workload, its PodGroup and its pods."
    },
    mixinStandardHelpOptions = true)
final class WhyCommand implements Callable<Integer> {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String KUEUE = "/apis/kueue.x-k8s.io/v1beta2";
  private static final String SCHEDULING = "/apis/scheduling.k8s.io/v1beta1";

  /** Where each kind is found, by the names that people give it. */
  private static final Map<String, String> PATHS =
      Map.ofEntries(
          Map.entry("pod", "/api/v1/namespaces/%s/pods/"),
          Map.entry("job", "/apis/batch/v1/namespaces/%s/jobs/"),
          Map.entry("jobset", "/apis/jobset.x-k8s.io/v1alpha2/namespaces/%s/jobsets/"),
          Map.entry("deployment", "/apis/apps/v1/namespaces/%s/deployments/"),
          Map.entry("replicaset", "/apis/apps/v1/namespaces/%s/replicasets/"),
          Map.entry("podgroup", SCHEDULING + "/namespaces/%s/podgroups/"),
          Map.entry("workload", KUEUE + "/namespaces/%s/workloads/"));

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(paramLabel = "KIND/NAME", description = "For example jobset/train or pod/web-0.")
  private String target = "";

  @Mixin private final NamespaceOption namespace = new NamespaceOption();

  @Mixin private final OutputOption output = new OutputOption();

  @Override
  public Integer call() throws IOException {
    var slash = target.indexOf('/');
    var kind = slash < 0 ? "" : target.substring(0, slash).toLowerCase(Locale.ROOT);
    var path = PATHS.get(kind.endsWith("s") ? kind.substring(0, kind.length() - 1) : kind);
    if (path == null) {
      throw new CommandFailure(
          ExitCode.USAGE,
          target
              + ": expected KIND/NAME with a kind of "
              + PATHS.keySet().stream().sorted().toList());
    }
    try (var client = cluster.connect()) {
      var object =
          JSON.readTree(client.raw(path.formatted(namespace.name()) + target.substring(slash + 1)));
      var found = explanation(client, object);
      if (output.isJson()) {
        System.out.println(found.map(Found::json).orElse("{}"));
      } else {
        System.out.print(found.map(this::describe).orElseGet(() -> nothingWaits(client, object)));
      }
    }
    return ExitCode.OK.number();
  }

  /** An explanation and the object that carries it. */
  private record Found(String carrier, String json) {}

  /** The first explanation on the object itself, its Workload, its PodGroup or one of its pods. */
  private Optional<Found> explanation(RemoteClient client, JsonNode object) {
    var candidates = new ArrayList<JsonNode>(List.of(object));
    candidates.addAll(
        owned(list(client, KUEUE + "/namespaces/" + namespace.name() + "/workloads"), object));
    candidates.addAll(
        owned(list(client, SCHEDULING + "/namespaces/" + namespace.name() + "/podgroups"), object));
    candidates.addAll(pods(client, object));
    for (var candidate : candidates) {
      var text = candidate.at("/metadata/annotations").path(OwnNames.EXPLANATION).asString("");
      if (!text.isEmpty()) {
        var carrier =
            candidate.path("kind").asString("Pod")
                + " "
                + candidate.at("/metadata/name").asString();
        return Optional.of(new Found(carrier, text));
      }
    }
    return Optional.empty();
  }

  private static List<JsonNode> list(RemoteClient client, String path) {
    try {
      var items = new ArrayList<JsonNode>();
      JSON.readTree(client.raw(path)).path("items").forEach(items::add);
      return items;
    } catch (ApiException e) {
      if (e.reason() == ApiException.Reason.NOT_FOUND) {
        return List.of(); // the server does not serve this kind
      }
      throw e;
    }
  }

  private static List<JsonNode> owned(List<JsonNode> items, JsonNode owner) {
    var uid = owner.at("/metadata/uid").asString();
    return items.stream()
        .filter(
            item ->
                item.at("/metadata/ownerReferences")
                    .valueStream()
                    .anyMatch(reference -> uid.equals(reference.path("uid").asString(""))))
        .toList();
  }

  /** The pods below an object, by the labels that its controllers give them. */
  private List<JsonNode> pods(RemoteClient client, JsonNode object) {
    var name = object.at("/metadata/name").asString();
    var selector =
        switch (object.path("kind").asString("")) {
          case "Job" -> "batch.kubernetes.io/job-name=" + name;
          case "JobSet" -> "jobset.sigs.k8s.io/jobset-name=" + name;
          case "Deployment", "ReplicaSet" -> selector(object.at("/spec/selector/matchLabels"));
          default -> "";
        };
    return selector.isEmpty()
        ? List.of()
        : list(
            client,
            "/api/v1/namespaces/"
                + namespace.name()
                + "/pods?labelSelector="
                + java.net.URLEncoder.encode(selector, java.nio.charset.StandardCharsets.UTF_8));
  }

  private static String selector(JsonNode labels) {
    return String.join(
        ",", labels.propertyStream().map(e -> e.getKey() + "=" + e.getValue().asString()).toList());
  }

  private String describe(Found found) {
    var root = JSON.readTree(found.json());
    var text = new StringBuilder();
    text.append(target).append("  WAITING · ").append(found.carrier()).append("\n\n");
    var reason = root.path("reason").asString() + " / " + root.path("cause").asString();
    text.append("Reason    ").append(reason).append('\n');
    text.append("          ").append(root.path("summary").asString()).append('\n');
    for (var removed : root.path("removed")) {
      text.append("Evidence  ")
          .append(removed.path("nodes").asInt())
          .append(" of ")
          .append(root.path("nodes").asInt())
          .append(" nodes: ")
          .append(removed.path("reason").asString())
          .append('\n');
    }
    var other = root.path("notTheReason").valueStream().map(JsonNode::asString).toList();
    if (!other.isEmpty()) {
      text.append("Not it    ").append(String.join(" · ", other)).append('\n');
    }
    var number = 1;
    for (var relaxation : root.path("relaxations")) {
      text.append(number == 1 ? "Do        " : "          ")
          .append(number++)
          .append("  ")
          .append(relaxation.asString())
          .append('\n');
    }
    var age = Duration.between(Instant.parse(root.path("checkedAt").asString()), Instant.now());
    text.append("Checked ").append(age.toSeconds()).append("s ago\n");
    return text.toString();
  }

  private String nothingWaits(RemoteClient client, JsonNode object) {
    var phases = new ArrayList<String>();
    for (var pod : pods(client, object)) {
      phases.add(pod.at("/metadata/name").asString() + " " + pod.at("/status/phase").asString(""));
    }
    var own = object.at("/status/phase").asString("");
    var state = phases.isEmpty() ? own : String.join(", ", phases);
    return target + " waits for nothing" + (state.isEmpty() ? "" : ": " + state) + "\n";
  }
}
