package dev.nauarch.gateway;

import dev.nauarch.routing.ModelRequest;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Reads from the body of an OpenAI-style request which model it wants and what prompt it has. */
final class RequestBody {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private RequestBody() {}

  /** What the body asks for; a body that is not such a request names no model. */
  static ModelRequest read(byte[] body) {
    if (body.length == 0) {
      return ModelRequest.of("", body);
    }
    try {
      var root = JSON.readTree(body);
      var model = root.path("model");
      var prompt = new StringBuilder();
      append(root.path("prompt"), prompt);
      append(root.path("input"), prompt);
      for (var message : root.path("messages")) {
        prompt.append(message.path("role").asString("")).append('\n');
        append(message.path("content"), prompt);
      }
      return ModelRequest.of(
          model.isString() ? model.asString() : "",
          prompt.toString().getBytes(StandardCharsets.UTF_8));
    } catch (JacksonException e) {
      return ModelRequest.of("", new byte[0]);
    }
  }

  private static void append(JsonNode value, StringBuilder prompt) {
    if (value.isString()) {
      prompt.append(value.asString()).append('\n');
    } else if (value.isContainer()) {
      prompt.append(value).append('\n');
    }
  }
}
