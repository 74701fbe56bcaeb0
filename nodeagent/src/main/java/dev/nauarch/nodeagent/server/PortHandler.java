package dev.nauarch.nodeagent.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;

/** Leads clients to the ports of pods: over SPDY, bare or in a WebSocket, and over channels. */
final class PortHandler {
  private static final int PORTS_MAX = 100;
  private static final List<String> STREAMS = List.of(PortStreams.PROTOCOL);
  private static final List<String> SERVED =
      List.of(PortStreams.TUNNELLED, PortChannels.PROTOCOLS.get(0), PortChannels.PROTOCOLS.get(1));

  private final ServerWebSocketContainer sockets;

  PortHandler(ServerWebSocketContainer sockets) {
    this.sockets = sockets;
  }

  boolean handle(PodPorts pod, Request request, Response response, Callback callback) {
    if (Handshake.isSpdy(request)) {
      var version = Handshake.streams(request, STREAMS);
      if (version.isEmpty()) {
        return Handshake.refuseStreams(request, response, callback, STREAMS);
      }
      SpdyUpgrade.begin(
          request,
          response,
          callback,
          version.get(),
          connection -> new PortStreams(connection, pod));
      return true;
    }
    var protocol = Handshake.webSocket(request, SERVED);
    if (protocol.isEmpty() && !Handshake.namesNone(request)) {
      return Handshake.refuseWebSocket(response, callback, SERVED);
    }
    var spoken = protocol.orElse(PortChannels.PROTOCOLS.getFirst());
    if (spoken.equals(PortStreams.TUNNELLED)) {
      return upgrade(
          spoken, new SpdySocket(spdy -> new PortStreams(spdy, pod)), request, response, callback);
    }
    var ports = ports(Request.extractQueryParameters(request).getValuesOrEmpty("ports"));
    if (ports.isEmpty()) {
      return Handshake.refuse(response, callback, 400, "query parameter \"port\" is required");
    }
    var channels = new PortChannels(pod, ports.get(), spoken);
    return upgrade(protocol.isEmpty() ? "" : spoken, channels, request, response, callback);
  }

  private boolean upgrade(
      String protocol, Object listener, Request request, Response response, Callback callback) {
    return sockets.upgrade(
        (upgrade, answer, done) -> {
          if (!protocol.isEmpty()) {
            answer.setAcceptedSubProtocol(protocol);
          }
          return listener;
        },
        request,
        response,
        callback);
  }

  /** The ports that are asked for; empty where that are none, too many, or no numbers. */
  private static Optional<List<Integer>> ports(List<String> values) {
    var ports = new ArrayList<Integer>();
    for (var value : values) {
      for (var text : value.split(",", -1)) {
        if (!text.matches("[0-9]{1,5}")
            || Integer.parseInt(text) < 1
            || Integer.parseInt(text) > 65_535) {
          return Optional.empty();
        }
        ports.add(Integer.parseInt(text));
      }
    }
    return ports.isEmpty() || ports.size() > PORTS_MAX ? Optional.empty() : Optional.of(ports);
  }
}
