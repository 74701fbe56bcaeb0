package dev.nauarch.verification.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What kubectl streams to and from containers, and what it reaches through the API server. */
class KubectlStreamsInterop extends KubectlSuite {

  @Kubectl.Test
  void aPodIsRunWithWhatIsTypedAsItsInput(Kubectl kubectl) {
    for (var each : new Kubectl[] {kubectl, kubectl.overSpdy()}) {
      var ended =
          each.runWith(
              "one\ntwo\n", "run typed --image=host --restart=Never -i --rm --command -- cat");
      assertEquals(0, ended.code(), ended::toString);
      assertTrue(ended.out().contains("two\n"), ended::toString);
      each.ok("wait pod/typed --for=delete --timeout=60s");
    }
  }

  @Kubectl.Test
  void whoIsAttachedHearsWhatTheContainerSays(Kubectl kubectl) throws IOException {
    kubectl.runPod("talk", "while sleep 0.1; do echo again; done");
    for (var each : new Kubectl[] {kubectl, kubectl.overSpdy()}) {
      try (var attached = each.start("attach --quiet talk")) {
        attached.await("again\nagain\n");
      }
    }
  }

  @Kubectl.Test
  void commandsAndPortsAreReachedOverSpdyToo(Kubectl kubectl) throws Exception {
    kubectl.runPod("web", serve());
    var spdy = kubectl.overSpdy();
    assertEquals("read\n", spdy.okWith("read\n", "exec -i web -- cat"));
    assertEquals(7, spdy.run("exec web -- sh -c", "exit 7").code());
    assertEquals(200_000, spdy.ok("exec web -- seq 1 200000").lines().count());
    try (var forward = spdy.start("port-forward pod/web :8081 --address=127.0.0.1")) {
      var matcher =
          Pattern.compile("Forwarding from 127.0.0.1:(\\d+) ->")
              .matcher(forward.await("Forwarding from .*"));
      assertTrue(matcher.find());
      assertEquals(licence(), read("http://127.0.0.1:" + matcher.group(1) + "/GPL-3"));
    }
  }

  @Kubectl.Test
  void whatListensIsReachedThroughTheApiServer(Kubectl kubectl) throws Exception {
    kubectl.runPod("web", serve());
    kubectl.ok("expose pod web --port=80 --target-port=8081");
    kubectl.ok("wait endpointslices --all --for=create --timeout=60s");
    var root = "/api/v1/namespaces/" + kubectl.namespace();
    assertEquals(licence(), kubectl.ok("get --raw " + root + "/pods/web:8081/proxy/GPL-3"));
    assertEquals(licence(), kubectl.ok("get --raw " + root + "/services/web:80/proxy/GPL-3"));
    var node = kubectl.value("nodes", "{.items[0].metadata.name}");
    assertEquals("ok", kubectl.ok("get --raw /api/v1/nodes/" + node + "/proxy/healthz"));
    assertTrue(kubectl.ok("cluster-info").contains("is running at"));
    try (var proxy = kubectl.start("proxy --port=0")) {
      var matcher =
          Pattern.compile("Starting to serve on (\\S+)")
              .matcher(proxy.await("Starting to serve on .*"));
      assertTrue(matcher.find());
      var url = "http://" + matcher.group(1) + root + "/services/web:80/proxy/GPL-3";
      assertEquals(licence(), read(url));
    }
  }

  private static String serve() {
    return "exec python3 -u -m http.server 8081 --directory /usr/share/common-licenses";
  }

  private static String licence() throws IOException {
    return Files.readString(Path.of("/usr/share/common-licenses/GPL-3"));
  }

  private static String read(String url) throws Exception {
    // What asks for HTTP/2 asks for another protocol, which kubectl proxy passes on.
    try (var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
          .body();
    }
  }
}
