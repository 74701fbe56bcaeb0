package dev.nauarch.apiserver.onward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.TestServer;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before a request goes on to a node's agent. */
@SuppressWarnings("NullAway.Init") // set before each test
class ConnectingTest {

  private static final String NS = "/api/v1/namespaces/default/";
  private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/";

  private TestServer server;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    server = TestServer.startCluster(directory);
    post(NS + "serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
    post(
        NS + "pods",
        "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"host\"}]}}");
  }

  @AfterEach
  void close() {
    server.close();
  }

  private HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    return server
        .client()
        .send(server.request(method, path, body, headers), BodyHandlers.ofString());
  }

  private void post(String path, String body) throws Exception {
    var answer = send("POST", path, body, "Content-Type", "application/json");
    assertEquals(201, answer.statusCode(), answer.body());
  }

  private void refused(int code, String message, HttpResponse<String> answer) {
    assertEquals(code, answer.statusCode(), answer.body());
    assertTrue(answer.body().replace("\\\"", "\"").contains(message), answer.body());
  }

  @Test
  void aWebSocketThatRunsSomethingNeedsTheRightToDoSo() throws Exception {
    post(
        RBAC + "roles",
        "{\"metadata\":{\"name\":\"look\"},\"rules\":[{\"apiGroups\":[\"\"],"
            + "\"resources\":[\"pods/exec\",\"pods/attach\",\"pods/portforward\",\"pods/log\"],"
            + "\"verbs\":[\"get\"]}]}");
    post(
        RBAC + "rolebindings",
        "{\"metadata\":{\"name\":\"look\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\","
            + "\"kind\":\"Role\",\"name\":\"look\"},\"subjects\":[{\"kind\":\"User\","
            + "\"apiGroup\":\"rbac.authorization.k8s.io\",\"name\":\"bob\"}]}");
    for (var subresource : new String[] {"exec", "attach", "portforward"}) {
      refused(
          403,
          "User \"bob\" cannot create resource \"pods/" + subresource + "\"",
          send("GET", NS + "pods/p/" + subresource, "", "Impersonate-User", "bob"));
    }
    assertEquals(204, send("GET", NS + "pods/p/log", "", "Impersonate-User", "bob").statusCode());
  }

  @Test
  void aPodThatDoesNotRunIsNotConnectedTo() throws Exception {
    var path = NS + "pods/p/";
    refused(400, "pod p does not have a host assigned", send("POST", path + "exec?command=a", ""));
    refused(400, "pod p does not have a host assigned", send("POST", path + "portforward", ""));
    refused(
        400, "container x is not valid for pod p", send("POST", path + "attach?container=x", ""));
    assertEquals(405, send("PUT", path + "exec", "{}").statusCode());
    assertEquals(405, send("POST", path + "log", "").statusCode());
    var status = "{\"status\":{\"phase\":\"Succeeded\"}}";
    var ended =
        send("PATCH", path + "status", status, "Content-Type", "application/merge-patch+json");
    assertEquals(200, ended.statusCode(), ended.body());
    var phase = "a container in a completed pod; current phase is Succeeded";
    refused(400, "cannot exec into " + phase, send("POST", path + "exec?command=a", ""));
    refused(400, "cannot attach " + phase, send("POST", path + "attach", ""));
  }
}
