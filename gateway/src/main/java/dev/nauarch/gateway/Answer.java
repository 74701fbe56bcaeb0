package dev.nauarch.gateway;

import dev.nauarch.routing.Rule.HeaderChange;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The answer to one request; errors have the form that OpenAI's clients read. */
final class Answer {
  /** Names the pod that answered, so that people see the choice. */
  static final String SERVED_BY = "x-nauarch-served-by";

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int PIECE_BYTES = 16 * 1024;
  private static final Set<String> NOT_RELAYED =
      Set.of("connection", "keep-alive", "proxy-connection", "trailer", "transfer-encoding");

  private final Request request;
  private final Response response;

  Answer(Request request, Response response) {
    this.request = request;
    this.response = response;
  }

  /** Hands a replica's answer on, each piece as it comes. */
  void relay(HttpResponse<InputStream> reply, String servedBy, HeaderChange change)
      throws IOException {
    response.setStatus(reply.statusCode());
    var headers = response.getHeaders();
    reply
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!NOT_RELAYED.contains(name.toLowerCase(Locale.ROOT)) && !name.startsWith(":")) {
                values.forEach(value -> headers.add(name, value));
              }
            });
    headers.put(SERVED_BY, servedBy);
    change.set().forEach(h -> headers.put(h.name(), h.value()));
    change.add().forEach(h -> headers.add(h.name(), h.value()));
    change.remove().forEach(headers::remove);
    try (var in = reply.body();
        var out = Content.Sink.asOutputStream(response)) {
      var piece = new byte[PIECE_BYTES];
      for (var count = in.read(piece); count >= 0; count = in.read(piece)) {
        out.write(piece, 0, count);
        out.flush();
      }
    }
  }

  /** The models that routes name, in the form of OpenAI's list. */
  void models(Collection<String> models) throws IOException {
    var list = NODES.objectNode().put("object", "list");
    var entries = list.putArray("data");
    for (var model : models) {
      entries.addObject().put("id", model).put("object", "model").put("owned_by", "nauarch");
    }
    json(200, list);
  }

  /** An error, with the words for the one who asked. */
  void error(int code, String message) throws IOException {
    var type = code < 500 ? "invalid_request_error" : "api_error";
    var root = NODES.objectNode();
    root.putObject("error").put("message", message).put("type", type).put("code", code);
    json(code, root);
  }

  private void json(int code, ObjectNode root) throws IOException {
    response.setStatus(code);
    response.getHeaders().put("Content-Type", "application/json");
    var body = JSON.writeValueAsBytes(root);
    response.getHeaders().put("Content-Length", body.length);
    try (var out = Content.Sink.asOutputStream(response)) {
      if (!request.getMethod().equals("HEAD")) {
        out.write(body);
      }
    }
  }
}
