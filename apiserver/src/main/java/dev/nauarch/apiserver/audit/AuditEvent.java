package dev.nauarch.apiserver.audit;

import dev.nauarch.apiserver.audit.AuditPolicy.Level;
import dev.nauarch.apiserver.audit.AuditPolicy.Stage;
import dev.nauarch.apiserver.codec.DecodingException;
import dev.nauarch.apiserver.codec.YamlCodec;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.User;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One stage of one request, as it will be written. What it is made of is kept as it came, and put
 * into JSON by whoever writes it.
 *
 * @param who who asked what and from where
 * @param terms how much of it is kept
 * @param stage how far the request was
 * @param at when it was
 * @param annotations what parts of the server say of it
 * @param answer what was answered; empty while nothing was
 * @param request the request's body; empty for none, or where it is not kept
 */
record AuditEvent(
    Who who,
    AuditPolicy.Terms terms,
    Stage stage,
    Instant at,
    Map<String, String> annotations,
    Optional<Answer> answer,
    Content request) {

  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** Who asked what and from where. */
  record Who(
      String id,
      String uri,
      Attributes wanted,
      User sender,
      Optional<User> impersonated,
      List<String> addresses,
      String agent,
      Instant received) {}

  /** Bytes and their media type. */
  record Content(byte[] bytes, String type) {

    static final Content NONE = new Content(new byte[0], "");
  }

  /**
   * What was answered.
   *
   * @param message what a refusal says; empty for success
   * @param content the object; empty for none, or where it is not kept
   */
  record Answer(int code, String message, String reason, Content content) {}

  /** About how much memory it holds. */
  long bytes() {
    return 1024L + request.bytes.length + answer.map(given -> given.content.bytes.length).orElse(0);
  }

  /** The event as a line of JSON. */
  byte[] line() {
    var event = Json.object();
    event.put("kind", "Event").put("apiVersion", "audit.k8s.io/v1");
    event.put("level", terms.level().text()).put("auditID", who.id);
    event.put("stage", stage.text()).put("requestURI", who.uri);
    event.put("verb", who.wanted.verb());
    event.set("user", user(who.sender));
    who.impersonated.ifPresent(user -> event.set("impersonatedUser", user(user)));
    who.addresses.forEach(event.putArray("sourceIPs")::add);
    put(event, "userAgent", who.agent);
    var requested = terms.level().compareTo(Level.REQUEST) >= 0 ? object(request) : null;
    var answered =
        terms.level() == Level.REQUEST_RESPONSE && answer.isPresent()
            ? object(answer.get().content)
            : null;
    if (who.wanted.isResource()) {
      event.set("objectRef", reference(requested, answered));
    }
    answer.ifPresent(given -> event.set("responseStatus", status(given)));
    if (requested != null) {
      event.set("requestObject", requested);
    }
    if (answered != null) {
      event.set("responseObject", answered);
    }
    event.put("requestReceivedTimestamp", MICROS.format(who.received));
    event.put("stageTimestamp", MICROS.format(at));
    if (!annotations.isEmpty()) {
      var all = event.putObject("annotations");
      new TreeMap<>(annotations).forEach(all::put);
    }
    return (event + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode user(User user) {
    var tree = Json.object();
    put(tree, "username", user.name());
    put(tree, "uid", user.uid());
    if (!user.groups().isEmpty()) {
      user.groups().forEach(tree.putArray("groups")::add);
    }
    if (!user.extra().isEmpty()) {
      var extra = tree.putObject("extra");
      new TreeMap<>(user.extra())
          .forEach((key, values) -> values.forEach(extra.putArray(key)::add));
    }
    return tree;
  }

  private ObjectNode reference(@Nullable JsonNode requested, @Nullable JsonNode answered) {
    var wanted = who.wanted;
    var reference = Json.object();
    put(reference, "resource", wanted.resource());
    put(reference, "namespace", wanted.namespace());
    put(reference, "name", wanted.name());
    var object = requested == null ? answered : requested;
    if (object != null) {
      var metadata = object.path("metadata");
      put(reference, "uid", metadata.path("uid").asString(""));
      if (wanted.name().isEmpty()) {
        put(reference, "name", metadata.path("name").asString(""));
      }
    }
    put(reference, "apiGroup", wanted.group());
    put(reference, "apiVersion", wanted.version());
    put(reference, "subresource", wanted.subresource());
    return reference;
  }

  private static ObjectNode status(Answer answer) {
    var status = Json.object();
    status.putObject("metadata");
    if (answer.code >= 400) {
      status.put("status", "Failure");
    }
    put(status, "message", answer.message);
    put(status, "reason", answer.reason);
    return status.put("code", answer.code);
  }

  private static void put(ObjectNode tree, String field, String text) {
    if (!text.isEmpty()) {
      tree.put(field, text);
    }
  }

  /** A body as an object; null where there is none, or none that can be read as one. */
  private @Nullable JsonNode object(Content content) {
    if (content.bytes.length == 0) {
      return null;
    }
    try {
      var tree =
          content.type.contains("yaml")
              ? YamlCodec.decode(content.bytes).object()
              : Json.MAPPER.readTree(content.bytes);
      if (!terms.hasManagedFields()) {
        forget(tree);
        tree.path("items").forEach(AuditEvent::forget);
      }
      return tree;
    } catch (DecodingException | JacksonException e) {
      // A body that the server could not read either; that it came is in the answer's code.
      return null;
    }
  }

  private static void forget(JsonNode object) {
    if (object.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove("managedFields");
    }
  }
}
