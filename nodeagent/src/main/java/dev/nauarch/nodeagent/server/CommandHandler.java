package dev.nauarch.nodeagent.server;

import dev.nauarch.nodeagent.runtime.RuntimeFault;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;

/** Leads clients to commands in containers, over WebSockets and over SPDY. */
final class CommandHandler {
  private final ServerWebSocketContainer sockets;

  CommandHandler(ServerWebSocketContainer sockets) {
    this.sockets = sockets;
  }

  /**
   * Answers a request for a command.
   *
   * @param wanted what it asks for
   * @param start begins the command once the connection stands
   */
  boolean handle(
      CommandRequest wanted,
      CommandStreams.Start start,
      Request request,
      Response response,
      Callback callback) {
    if (!wanted.wantsStreams()) {
      return Handshake.refuse(
          response, callback, 400, "you must specify at least 1 of stdin, stdout, stderr");
    }
    if (Handshake.isSpdy(request)) {
      var version = Handshake.streams(request, CommandStreams.PROTOCOLS);
      if (version.isEmpty()) {
        return Handshake.refuseStreams(request, response, callback, CommandStreams.PROTOCOLS);
      }
      var streams = CommandStreams.Wanted.of(wanted, version.get());
      SpdyUpgrade.begin(
          request,
          response,
          callback,
          version.get(),
          connection -> new CommandStreams(connection, streams, start));
      return true;
    }
    var protocol = Handshake.webSocket(request, CommandSocket.PROTOCOLS);
    if (protocol.isEmpty() && !Handshake.namesNone(request)) {
      return Handshake.refuseWebSocket(response, callback, CommandSocket.PROTOCOLS);
    }
    return sockets.upgrade(
        (upgrade, answer, done) -> {
          try {
            protocol.ifPresent(answer::setAcceptedSubProtocol);
            var spoken = protocol.orElse(CommandSocket.PROTOCOLS.getLast());
            return new CommandSocket(start.begin(), wanted, spoken);
          } catch (RuntimeFault e) {
            Response.writeError(upgrade, answer, done, 500, e.getMessage());
            return null;
          }
        },
        request,
        response,
        callback);
  }
}
