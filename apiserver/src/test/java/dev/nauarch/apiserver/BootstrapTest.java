package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.wire.RawHttp;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** What a cluster has before anybody has written anything. */
class BootstrapTest {

  @Test
  void theServiceOfTheServerHasTheSameAddressForNewAndOldReaders(@TempDir Path directory)
      throws Exception {
    try (var server = TestServer.startCluster(directory)) {
      var slice =
          read(
              server.raw(),
              "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes");
      var endpoints = read(server.raw(), "/api/v1/namespaces/default/endpoints/kubernetes");
      var subset = endpoints.path("subsets").path(0);
      assertEquals(
          slice.at("/endpoints/0/addresses/0").asString(), subset.at("/addresses/0/ip").asString());
      assertEquals(slice.path("ports"), subset.path("ports"));
      assertEquals(
          "{\"endpointslice.kubernetes.io/skip-mirror\":\"true\"}",
          endpoints.at("/metadata/labels").toString());
    }
  }

  private static ObjectNode read(RawHttp http, String path) throws Exception {
    var answer = http.get(path);
    assertEquals(200, answer.status());
    return Json.read(answer.body());
  }
}
