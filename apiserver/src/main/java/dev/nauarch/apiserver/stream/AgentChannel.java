package dev.nauarch.apiserver.stream;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;

/** Requests to an agent, whose answers are a stream of bytes or an upgrade. */
final class AgentChannel {

  private static final int ERROR_BYTES_MAX = 64 * 1024;
  private static final int PAGE_BYTES_MAX = 16 * 1024 * 1024;
  private static final Duration PAGE_MAX = Duration.ofSeconds(10);

  private final SSLContext tls;

  AgentChannel(SSLContext tls) {
    this.tls = tls;
  }

  /** A GET whose answer is streamed on. */
  Response read(AgentAddress agent, String path) {
    var headers = List.of(host(agent), new Response.Header("Connection", "close"));
    var exchange = begin(agent, Outgoing.of("GET", path, headers));
    if (exchange.head().status() != 200) {
      throw refused(exchange);
    }
    return new Response.Streamed(
        200,
        exchange.head().header("Content-Type").orElse("text/plain"),
        exchange::copyTo,
        List.of());
  }

  /** A page of text. */
  String page(AgentAddress agent, String path) {
    var headers = List.of(host(agent), new Response.Header("Connection", "close"));
    var exchange = begin(agent, Outgoing.of("GET", path, headers), PAGE_MAX);
    if (exchange.head().status() != 200) {
      throw refused(exchange);
    }
    try (exchange) {
      return new String(exchange.body().readNBytes(PAGE_BYTES_MAX), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw AgentAddress.unreachable(
          "the agent at " + agent.authority() + " broke off: " + e.getMessage());
    }
  }

  /** A request that is answered by an upgrade, after which bytes go to and fro. */
  Response upgrade(AgentAddress agent, String path, Request request) {
    if (request.headers().first("Upgrade").isEmpty()) {
      throw ApiException.badRequest("Upgrade request required");
    }
    var headers = new ArrayList<Response.Header>();
    headers.add(host(agent));
    headers.add(new Response.Header("Connection", "Upgrade"));
    for (var name : request.headers().names("")) {
      if (isOfUpgrade(name)) {
        for (var value : request.headers().all(name)) {
          headers.add(new Response.Header(name, value));
        }
      }
    }
    var exchange = begin(agent, Outgoing.of(request.method(), path, headers));
    if (exchange.head().status() != 101) {
      throw refused(exchange);
    }
    var answered =
        exchange.head().headers().stream().filter(header -> isOfUpgrade(header.name())).toList();
    return new Response.Upgraded(answered, exchange.peer());
  }

  private Exchange begin(AgentAddress agent, Outgoing request) {
    return begin(agent, request, Duration.ZERO);
  }

  private Exchange begin(AgentAddress agent, Outgoing request, Duration answerMax) {
    try {
      var to = Destination.secure(agent.host(), agent.port(), tls);
      return Exchange.begin(to, request, answerMax);
    } catch (IOException e) {
      throw AgentAddress.unreachable(
          "the agent at " + agent.authority() + " can't be reached: " + e.getMessage());
    }
  }

  private static Response.Header host(AgentAddress agent) {
    return new Response.Header("Host", agent.authority());
  }

  private static boolean isOfUpgrade(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    return lower.equals("upgrade")
        || lower.startsWith("sec-websocket-")
        || lower.startsWith("x-stream-protocol-version")
        || lower.startsWith("x-accepted-stream-protocol-versions");
  }

  private static ApiException refused(Exchange exchange) {
    try (exchange) {
      var bytes = exchange.body().readNBytes(ERROR_BYTES_MAX);
      var message = new String(bytes, StandardCharsets.UTF_8).strip();
      var status = Json.parse(bytes);
      if (status.isPresent() && Json.text(status.get(), "kind").equals("Status")) {
        message = Json.text(status.get(), "message");
      }
      var code = exchange.head().status();
      var reason =
          switch (code) {
            case 400 -> ApiException.Reason.BAD_REQUEST;
            case 401, 403 -> ApiException.Reason.FORBIDDEN;
            case 404 -> ApiException.Reason.NOT_FOUND;
            default -> ApiException.Reason.INTERNAL_ERROR;
          };
      return new ApiException(reason, message, ApiException.Details.NONE);
    } catch (IOException e) {
      return AgentAddress.unreachable("the node's agent ended the connection: " + e.getMessage());
    }
  }
}
