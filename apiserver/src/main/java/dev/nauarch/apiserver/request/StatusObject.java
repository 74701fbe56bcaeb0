package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The {@code Status} objects that answers are made of. */
public final class StatusObject {

  private StatusObject() {}

  /** A failure. */
  public static ObjectNode failure(ApiException failure) {
    var status = begin("Failure");
    status.put("message", failure.getMessage());
    putUnlessEmpty(status, "reason", failure.reasonText());
    var details = failure.details();
    var node = Json.object();
    putUnlessEmpty(node, "name", details.name());
    putUnlessEmpty(node, "group", details.group());
    putUnlessEmpty(node, "kind", details.kind());
    if (!details.causes().isEmpty()) {
      var causes = node.putArray("causes");
      for (var cause : details.causes()) {
        var item = causes.addObject();
        putUnlessEmpty(item, "reason", cause.type().reason());
        item.put("message", cause.message());
        putUnlessEmpty(item, "field", cause.field());
      }
    }
    if (details.retryAfterSeconds() > 0) {
      node.put("retryAfterSeconds", details.retryAfterSeconds());
    }
    if (!node.isEmpty()) {
      status.set("details", node);
    }
    status.put("code", failure.code());
    return status;
  }

  /** A success without an object of its own. */
  public static ObjectNode success() {
    return begin("Success");
  }

  /** The removal of an object. */
  public static ObjectNode deleted(Kind kind, String name, String uid) {
    var status = begin("Success");
    var details = status.putObject("details");
    details.put("name", name);
    putUnlessEmpty(details, "group", kind.group());
    details.put("kind", kind.names().plural());
    putUnlessEmpty(details, "uid", uid);
    return status;
  }

  /** A failure as a whole answer. */
  public static Response.Full response(ApiException failure) {
    return response(failure, List.of());
  }

  /** The same with further headers. */
  static Response.Full response(ApiException failure, List<Response.Header> others) {
    var headers = new ArrayList<>(others);
    if (failure.details().retryAfterSeconds() > 0) {
      var seconds = Integer.toString(failure.details().retryAfterSeconds());
      headers.add(new Response.Header("Retry-After", seconds));
    }
    return new Response.Full(
        failure.code(), Encoding.JSON, Json.write(failure(failure)), List.copyOf(headers));
  }

  private static ObjectNode begin(String outcome) {
    var status = Json.object();
    status.put("kind", "Status");
    status.put("apiVersion", "v1");
    status.putObject("metadata");
    status.put("status", outcome);
    return status;
  }

  private static void putUnlessEmpty(ObjectNode node, String field, String value) {
    if (!value.isEmpty()) {
      node.put(field, value);
    }
  }
}
