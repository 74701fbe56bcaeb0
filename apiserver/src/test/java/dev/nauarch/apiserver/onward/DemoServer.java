package dev.nauarch.apiserver.onward;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** What an extension server does: it believes only the front proxy, and asks nobody else. */
final class DemoServer {

  static final String ROOT = "/apis/demo.example.com/v1";
  static final String THINGS = ROOT + "/namespaces/default/things";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private DemoServer() {}

  /** Answers one request. */
  static void page(Backend.Asked request, InputStream in, OutputStream out) throws IOException {
    if (!request.peer().equals("CN=front-proxy-client")) {
      Backend.send(out, 401, "", "who are you?");
      return;
    }
    var path = request.target().replaceAll("[?].*", "");
    switch (path) {
      case ROOT ->
          json(
              out,
              """
              {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"demo.example.com/v1",
               "resources":[{"name":"things","singularName":"thing","namespaced":true,
                 "kind":"Thing","verbs":["create","get","list","watch"],"shortNames":["th"]},
                {"name":"things/scale","singularName":"","namespaced":true,"group":"autoscaling",
                 "version":"v1","kind":"Scale","verbs":["get"]}]}
              """);
      case "/openapi/v3" ->
          json(
              out,
              "{\"paths\":{\"apis/demo.example.com/v1\":{\"serverRelativeURL\":"
                  + "\"/openapi/v3/apis/demo.example.com/v1?hash=1\"}}}");
      case "/openapi/v2" ->
          json(
              out,
              """
              {"swagger":"2.0","paths":{"/of/others":{},"/apis/demo.example.com/v1/things":{}},
               "definitions":{"com.example.demo.v1.Thing":{"type":"object"},
                "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta":{"title":"another one's"}}}
              """);
      case "/openapi/v3" + ROOT -> json(out, "{\"openapi\":\"3.0.0\",\"mine\":true}");
      case THINGS + "/who" -> json(out, JSON.writeValueAsString(request.headers()));
      case THINGS -> {
        if (request.first().startsWith("POST")) {
          Backend.send(out, 201, "Content-Type: application/json\r\n", Backend.body(request, in));
        } else {
          watch(out);
        }
      }
      case THINGS + "/x/shout" -> shout(in, out);
      default -> Backend.send(out, 404, "Content-Type: application/json\r\n", "{\"code\":404}");
    }
  }

  private static void json(OutputStream out, String body) throws IOException {
    Backend.send(out, 200, "Content-Type: application/json\r\n", body);
  }

  private static void watch(OutputStream out) throws IOException {
    out.write(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII));
    for (var event : List.of("{\"type\":\"ADDED\"}\n", "{\"type\":\"DELETED\"}\n")) {
      out.write(
          (Integer.toHexString(event.length()) + "\r\n" + event + "\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
    out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  private static void shout(InputStream in, OutputStream out) throws IOException {
    out.write(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII));
    out.flush();
    for (var next = in.read(); next >= 0; next = in.read()) {
      out.write(Character.toUpperCase(next));
      out.flush();
    }
  }
}
