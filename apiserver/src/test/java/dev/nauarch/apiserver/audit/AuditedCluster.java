package dev.nauarch.apiserver.audit;

import dev.nauarch.apiserver.Awaiting;
import dev.nauarch.apiserver.ClusterOptions;
import dev.nauarch.apiserver.SecureCluster;
import dev.nauarch.apiserver.object.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** A cluster that writes its requests down. */
public final class AuditedCluster implements AutoCloseable {

  private final Path log;
  private final SecureCluster cluster;

  private AuditedCluster(Path log, SecureCluster cluster) {
    this.log = log;
    this.cluster = cluster;
  }

  /** One that writes down what rules, in YAML, say. */
  public static AuditedCluster start(Path directory, String rules) throws IOException {
    return start(directory, rules, AuditOptions.BYTES_MAX);
  }

  static AuditedCluster start(Path directory, String rules, long bytesMax) throws IOException {
    var log = directory.resolve("log").resolve("audit.log");
    var policy = AuditPolicy.read(policy(directory, rules));
    var options = new AuditOptions(policy, log, bytesMax, 2, Duration.ZERO);
    var pki = directory.resolve("pki");
    return new AuditedCluster(
        log, SecureCluster.start(pki, InstantSource.system(), cluster -> with(cluster, options)));
  }

  static Path policy(Path directory, String rules) throws IOException {
    return Files.writeString(
        directory.resolve("policy.yaml"), "apiVersion: audit.k8s.io/v1\nkind: Policy\n" + rules);
  }

  private static ClusterOptions with(ClusterOptions options, AuditOptions audit) {
    return new ClusterOptions(
        options.server().with(audit),
        options.trust(),
        options.services(),
        options.serviceAddress(),
        options.servicePort(),
        options.advertisedAddress(),
        options.frontProxy());
  }

  /** The cluster itself. */
  public SecureCluster cluster() {
    return cluster;
  }

  /** What is in the log's newest file; nothing while it is being exchanged for the next. */
  String text() throws IOException {
    try {
      return Files.readString(log);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  List<JsonNode> events() throws IOException {
    var events = new ArrayList<JsonNode>();
    for (var line : text().split("\n", -1)) {
      Json.parse(line.getBytes(StandardCharsets.UTF_8)).ifPresent(events::add);
    }
    return events;
  }

  /** The first event of a kind, once it is written. */
  public JsonNode await(Predicate<JsonNode> isWanted) throws Exception {
    var found = new ArrayList<JsonNode>();
    Awaiting.await(
        "no such event in " + log,
        () -> found.addAll(events().stream().filter(isWanted).limit(1).toList()));
    return found.getFirst();
  }

  @Override
  public void close() {
    cluster.close();
  }
}
