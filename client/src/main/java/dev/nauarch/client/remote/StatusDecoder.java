package dev.nauarch.client.remote;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ApiException.Details;
import dev.nauarch.api.ApiException.Reason;
import dev.nauarch.api.FieldError;
import dev.nauarch.api.ModelCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads a Kubernetes {@code Status} as the exception that it stands for. */
public final class StatusDecoder {

  private static final int EXCERPT = 200;

  private StatusDecoder() {}

  /** The exception of an HTTP answer; an answer that is not a Status keeps its code and text. */
  public static ApiException decode(int code, byte[] body) {
    try {
      var tree = ModelCodec.tree(body);
      if ("Status".equals(tree.path("kind").asString(""))) {
        return decode(tree, code);
      }
    } catch (IllegalArgumentException e) {
      return foreign(code, body); // a proxy's page, say
    }
    return foreign(code, body);
  }

  /** The exception of a Status object; {@code code} is used where it names none. */
  static ApiException decode(JsonNode status, int code) {
    var statusCode = status.path("code").asInt(code);
    var text = status.path("reason").asString("");
    var details = status.path("details");
    return new ApiException(
        text.isEmpty() ? reasonOf(statusCode) : Reason.of(text),
        statusCode,
        status.path("message").asString("the server answered " + statusCode),
        new Details(
            details.path("group").asString(""),
            details.path("kind").asString(""),
            details.path("name").asString(""),
            causes(details.path("causes")),
            details.path("retryAfterSeconds").asInt(0)));
  }

  private static ApiException foreign(int code, byte[] body) {
    var text = new String(body, StandardCharsets.UTF_8).strip();
    var excerpt = text.length() > EXCERPT ? text.substring(0, EXCERPT) + "…" : text;
    return new ApiException(
        reasonOf(code), code, "the server answered " + code + ": " + excerpt, Details.NONE);
  }

  private static Reason reasonOf(int code) {
    for (var reason : Reason.values()) {
      if (reason.code() == code) {
        return reason;
      }
    }
    return Reason.UNKNOWN;
  }

  private static List<FieldError> causes(JsonNode nodes) {
    var causes = new ArrayList<FieldError>();
    for (var node : nodes) {
      causes.add(
          new FieldError(
              typeOf(node.path("reason").asString("")),
              node.path("field").asString(""),
              node.path("message").asString("")));
    }
    return List.copyOf(causes);
  }

  private static FieldError.Type typeOf(String reason) {
    for (var type : FieldError.Type.values()) {
      if (type.reason().equals(reason)) {
        return type;
      }
    }
    return FieldError.Type.INVALID;
  }
}
