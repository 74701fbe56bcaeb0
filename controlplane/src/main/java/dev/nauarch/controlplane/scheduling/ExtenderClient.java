package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Selection;
import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.client.remote.RemoteOptions.Credentials;
import dev.nauarch.client.remote.TlsContext;
import dev.nauarch.scheduling.SchedulerCommand;
import dev.nauarch.scheduling.extender.Answer;
import dev.nauarch.scheduling.extender.Extender;
import dev.nauarch.scheduling.extender.Question;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/**
 * Speaks to extenders over HTTP. Any thread may; each call waits for its answer, or for as long as
 * the extender may take.
 */
final class ExtenderClient {

  private static final long ANSWER_BYTES_MAX = 64L << 20;
  private static final int OK = 200;

  private final ClusterClient cluster;
  private final Map<Extender, HttpClient> clientByExtender = new ConcurrentHashMap<>();

  ExtenderClient(ClusterClient cluster) {
    this.cluster = cluster;
  }

  /** Asks about a pod; whatever goes wrong is an answer too. */
  Answer ask(ObjectKey key, String uid, Question question) {
    try {
      var pod =
          cluster
              .get(Resources.PODS, key)
              .filter(found -> uid.equals(found.getMetadata().getUid()));
      if (pod.isEmpty()) {
        return new Answer.Failed("the pod is gone");
      }
      var extender = question.extender();
      var body = body(pod.get(), question, extender.connection().knowsNodes());
      return ExtenderMessages.answer(question, send(extender, question.verb(), body));
    } catch (IOException | ApiException | IllegalArgumentException e) {
      return new Answer.Failed(words(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Failed("the scheduler stops");
    }
  }

  /** Has a pod bound; why it was not, or nothing where it was. */
  Optional<String> bind(SchedulerCommand.BindPod bind, Extender extender) {
    try {
      var answer = send(extender, extender.verbs().bind(), ExtenderMessages.binding(bind));
      var error = ExtenderMessages.error(answer);
      return error.isEmpty() ? Optional.empty() : Optional.of(error);
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of(words(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("the scheduler stops");
    }
  }

  /** Who knows the nodes knows their pods too. */
  private JsonNode body(Pod pod, Question question, boolean knowsNodes) {
    return switch (question.topic()) {
      case FILTER, PRIORITIZE ->
          ExtenderMessages.question(pod, question, knowsNodes ? List.of() : nodes(question));
      case PREEMPT ->
          ExtenderMessages.question(pod, question, knowsNodes ? Map.of() : victims(question));
    };
  }

  private Map<String, Pod> victims(Question question) {
    var victims = new HashMap<String, Pod>();
    for (var ofNode : question.victimsByNode().values()) {
      for (var victim : ofNode.pods()) {
        cluster
            .get(Resources.PODS, victim.pod())
            .filter(found -> victim.uid().equals(found.getMetadata().getUid()))
            .ifPresent(found -> victims.put(victim.uid(), found));
      }
    }
    return victims;
  }

  private List<Node> nodes(Question question) {
    var wanted = new HashSet<>(question.nodes());
    return cluster.list(Resources.NODES, Selection.ALL).items().stream()
        .filter(node -> wanted.contains(node.getMetadata().getName()))
        .toList();
  }

  private JsonNode send(Extender extender, String verb, JsonNode body)
      throws IOException, InterruptedException {
    var prefix = extender.urlPrefix().replaceAll("/+$", "");
    var request =
        HttpRequest.newBuilder(URI.create(prefix + "/" + verb))
            .timeout(extender.connection().timeout())
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(ModelCodec.encode(body)))
            .build();
    var client = clientByExtender.computeIfAbsent(extender, ExtenderClient::client);
    var answer =
        client.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
    if (answer.statusCode() != OK) {
      throw new IOException(verb + " was answered with code " + answer.statusCode());
    }
    return ModelCodec.decode(answer.body(), JsonNode.class);
  }

  private static HttpClient client(Extender extender) {
    var builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(extender.connection().timeout());
    extender
        .connection()
        .security()
        .ifPresent(security -> builder.sslContext(TlsContext.of(options(extender, security))));
    return builder.build();
  }

  private static RemoteOptions options(Extender extender, Extender.Security security) {
    Credentials credentials =
        security.certificate().isEmpty()
            ? new Credentials.Anonymous()
            : new Credentials.Certificate(security.certificate(), security.key());
    return new RemoteOptions(
        URI.create(extender.urlPrefix()),
        Optional.of(security.authority()).filter(text -> !text.isEmpty()),
        credentials,
        security.isInsecure(),
        extender.connection().timeout());
  }

  private static String words(Exception e) {
    return e instanceof HttpTimeoutException
        ? "no answer came in time"
        : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
