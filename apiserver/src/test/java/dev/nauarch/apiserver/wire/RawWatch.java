package dev.nauarch.apiserver.wire;

import dev.nauarch.apiserver.object.Json;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** A watch on a connection of its own, read event by event. Used by one thread. */
final class RawWatch implements AutoCloseable {

  private final Socket socket;
  private final BufferedReader lines;

  RawWatch(RawHttp http, String path) throws IOException {
    socket = http.connect();
    socket.getOutputStream().write(RawHttp.head("GET", path, Map.of(), 0));
    lines =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  /** The next event; waits for it as long as any answer may take. */
  ObjectNode next() throws IOException {
    // The server's chunks hold whole lines, so the lines between are sizes and headers.
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("{\"type\":")) {
        return Json.read(line.getBytes(StandardCharsets.UTF_8));
      }
    }
    throw new EOFException("the server ended the watch");
  }

  /** The revision of an event's object. */
  static long version(ObjectNode event) {
    return Long.parseLong(Json.text(event.path("object"), "metadata", "resourceVersion"));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
