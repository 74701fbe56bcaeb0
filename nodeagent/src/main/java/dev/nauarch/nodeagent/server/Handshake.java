package dev.nauarch.nodeagent.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Finds out what a client wants to speak. */
final class Handshake {
  private static final String VERSION = "X-Stream-Protocol-Version";

  private Handshake() {}

  /** Whether a client asks for SPDY on the bare connection. */
  static boolean isSpdy(Request request) {
    var wanted = request.getHeaders().get(HttpHeader.UPGRADE);
    return SpdyUpgrade.PROTOCOL.equalsIgnoreCase(wanted);
  }

  /** The first of the protocols for WebSockets that both know; empty for none. */
  static Optional<String> webSocket(Request request, List<String> served) {
    return request.getHeaders().getCSV("Sec-WebSocket-Protocol", false).stream()
        .filter(served::contains)
        .findFirst();
  }

  /** Whether a client names no protocol at all for its WebSocket, as the oldest ones do. */
  static boolean namesNone(Request request) {
    return request.getHeaders().getCSV("Sec-WebSocket-Protocol", false).isEmpty();
  }

  /**
   * The first of the meanings of streams that both know; an empty text for a client that names
   * none, and nothing where they know none in common.
   */
  static Optional<String> streams(Request request, List<String> served) {
    var named = new ArrayList<String>();
    for (var value : request.getHeaders().getValuesList(VERSION)) {
      for (var each : value.split(",", -1)) {
        named.add(each.strip());
      }
    }
    return named.isEmpty() ? Optional.of("") : named.stream().filter(served::contains).findFirst();
  }

  /** Says which meanings of streams are known here. */
  static boolean refuseStreams(
      Request request, Response response, Callback callback, List<String> served) {
    served.forEach(each -> response.getHeaders().add("X-Accepted-Stream-Protocol-Versions", each));
    return refuse(
        response,
        callback,
        403,
        "unable to upgrade: unable to negotiate protocol: client supports "
            + request.getHeaders().getValuesList(VERSION)
            + ", server accepts "
            + served);
  }

  /** Says which protocols for WebSockets are known here. */
  static boolean refuseWebSocket(Response response, Callback callback, List<String> served) {
    return refuse(
        response,
        callback,
        400,
        "only SPDY and WebSockets with " + String.join(" or ", served) + " are served");
  }

  static boolean refuse(Response response, Callback callback, int code, String message) {
    response.setStatus(code);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
    Content.Sink.write(response, true, message, callback);
    return true;
  }
}
