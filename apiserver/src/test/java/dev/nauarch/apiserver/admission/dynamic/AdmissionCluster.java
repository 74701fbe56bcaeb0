package dev.nauarch.apiserver.admission.dynamic;

import static dev.nauarch.apiserver.admission.dynamic.AdmissionClient.ADMISSION;

import dev.nauarch.apiserver.TestServer;
import dev.nauarch.apiserver.webhook.WebhookServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server with everything that a cluster has and a webhook beside it, for the tests of one class;
 * what a test configures of admission is gone after it.
 */
final class AdmissionCluster implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

  private static final List<String> CONFIGURATIONS =
      List.of(
          "validatingwebhookconfigurations",
          "mutatingwebhookconfigurations",
          "validatingadmissionpolicybindings",
          "validatingadmissionpolicies",
          "mutatingadmissionpolicybindings",
          "mutatingadmissionpolicies");

  private final WebhookServer.Behaviour behaviour;

  @SuppressWarnings("NullAway.Init") // set before the first test
  private Path directory;

  @SuppressWarnings("NullAway.Init") // set before the first test
  private TestServer server;

  @SuppressWarnings("NullAway.Init") // set before the first test
  private AdmissionClient client;

  @SuppressWarnings("NullAway.Init") // set before the first test
  private WebhookServer webhook;

  /** One whose webhook does this. */
  AdmissionCluster(WebhookServer.Behaviour behaviour) {
    this.behaviour = behaviour;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    directory = Files.createTempDirectory("admission");
    server = TestServer.startCluster(directory);
    client = new AdmissionClient(server);
    webhook = WebhookServer.start(behaviour, "127.0.0.1", "hook.default.svc");
    client.post(
        201, "/api/v1/namespaces/default/serviceaccounts", "{'metadata':{'name':'default'}}");
  }

  @Override
  public void afterEach(ExtensionContext context) {
    CONFIGURATIONS.forEach(plural -> client.delete(200, ADMISSION + plural));
    client.delete(200, AdmissionClient.MAPS);
    webhook.bodies().clear();
    webhook.paths().clear();
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    webhook.close();
    server.close();
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  TestServer server() {
    return server;
  }

  AdmissionClient client() {
    return client;
  }

  WebhookServer webhook() {
    return webhook;
  }
}
