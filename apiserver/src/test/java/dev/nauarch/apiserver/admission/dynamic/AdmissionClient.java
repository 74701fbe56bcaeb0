package dev.nauarch.apiserver.admission.dynamic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.apiserver.TestServer;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.MemoryView;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Requests to a test's server; JSON is written with apostrophes. */
final class AdmissionClient {

  static final String ADMISSION = "/apis/admissionregistration.k8s.io/v1/";
  static final String MAPS = "/api/v1/namespaces/default/configmaps";

  private final TestServer server;
  private final List<String> warnings = new ArrayList<>();

  AdmissionClient(TestServer server) {
    this.server = server;
  }

  /** What the last answer warned of. */
  List<String> warnings() {
    return warnings;
  }

  ObjectNode post(int code, String path, String json) {
    return post(code, path, MemoryView.tree(json));
  }

  ObjectNode post(int code, String path, ObjectNode body) {
    return send(code, "POST", path, body.toString(), "application/json");
  }

  ObjectNode put(int code, String path, ObjectNode body) {
    return send(code, "PUT", path, body.toString(), "application/json");
  }

  ObjectNode patch(int code, String path, String json) {
    var body = MemoryView.tree(json).toString();
    return send(code, "PATCH", path, body, "application/merge-patch+json");
  }

  ObjectNode get(int code, String path) {
    return send(code, "GET", path, "", "application/json");
  }

  ObjectNode delete(int code, String path) {
    return send(code, "DELETE", path, "", "application/json");
  }

  /** The code that a request without a body is answered with. */
  int status(String method, String path) {
    return answer(method, path, "", "application/json").statusCode();
  }

  ObjectNode send(int code, String method, String path, String body, String type) {
    var answer = answer(method, path, body, type);
    assertEquals(code, answer.statusCode(), answer.body());
    if (!method.equals("GET")) {
      // A list waits until the server knows of every write, by which the next one is judged.
      answer("GET", MAPS + "?limit=1", "", "application/json");
    }
    warnings.clear();
    answer
        .headers()
        .allValues("Warning")
        .forEach(text -> warnings.add(text.substring("299 - \"".length(), text.length() - 1)));
    return Json.read(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  private HttpResponse<String> answer(String method, String path, String body, String type) {
    try {
      var request = server.request(method, path, body, "Content-Type", type);
      return server.client().send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The message of a refusal. */
  static String message(ObjectNode status) {
    return Json.text(status, "message");
  }
}
