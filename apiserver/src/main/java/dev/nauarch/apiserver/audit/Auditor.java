package dev.nauarch.apiserver.audit;

import dev.nauarch.apiserver.audit.AuditEvent.Answer;
import dev.nauarch.apiserver.audit.AuditEvent.Content;
import dev.nauarch.apiserver.audit.AuditTrail.Beginning;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.Uids;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.AuditNotes;
import dev.nauarch.apiserver.request.Auditing;
import dev.nauarch.apiserver.request.Body;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Has requests written down as a policy says. May be called from any thread. */
public final class Auditor implements Auditing, AutoCloseable {

  private static final int ID_MAX = 128;

  private final AuditPolicy policy;
  private final AuditLog log;
  private final InstantSource clock;

  private Auditor(AuditPolicy policy, AuditLog log, InstantSource clock) {
    this.policy = policy;
    this.log = log;
    this.clock = clock;
  }

  /**
   * Opens the log.
   *
   * @throws IOException when it can't be written
   */
  public static Auditor open(AuditOptions options, InstantSource clock) throws IOException {
    return new Auditor(options.policy(), AuditLog.open(options, clock), clock);
  }

  /** The log. */
  public AuditLog log() {
    return log;
  }

  @Override
  public void close() {
    log.close();
  }

  @Override
  public Response around(
      Request request, Attributes unknown, boolean isLong, Function<Request, Response> handler) {
    var trail = new AuditTrail(policy, log, clock, beginning(request));
    var response = AuditNotes.during(trail, () -> handler.apply(keepingBody(request, trail)));
    if (!trail.hasBegun()) {
      trail.refused(unknown, answer(response, trail));
      return response;
    }
    var answer = answer(response, trail);
    return switch (response) {
      case Response.Full full -> {
        trail.completed(answer);
        yield full;
      }
      case Response.Streamed(var status, var type, var writer, var headers) -> {
        if (isLong) {
          trail.started(answer);
        }
        yield new Response.Streamed(
            status,
            type,
            sink -> {
              try {
                writer.write(sink);
              } finally {
                trail.completed(answer);
              }
            },
            headers);
      }
      case Response.Upgraded(var headers, var peer) -> {
        trail.started(answer);
        yield new Response.Upgraded(headers, new AuditedPeer(peer, () -> trail.completed(answer)));
      }
    };
  }

  private Beginning beginning(Request request) {
    var given = request.headers().first("Audit-ID");
    var query = request.query().isEmpty() ? "" : "?" + request.query();
    return new Beginning(
        given.isEmpty() || given.length() > ID_MAX ? Uids.next() : given,
        request.path() + query,
        addresses(request),
        request.headers().first("User-Agent"),
        clock.instant());
  }

  /** Those that proxies name, and the one that TCP names. */
  private static List<String> addresses(Request request) {
    var addresses = new ArrayList<String>();
    for (var named : request.headers().first("X-Forwarded-For").split(",", -1)) {
      if (!named.isBlank()) {
        addresses.add(named.strip());
      }
    }
    var real = request.headers().first("X-Real-Ip").strip();
    if (!real.isEmpty() && !addresses.contains(real)) {
      addresses.add(real);
    }
    var remote = request.remote();
    int slash = remote.indexOf('/');
    int port = remote.lastIndexOf(':');
    var address = port > slash ? remote.substring(slash + 1, port) : remote;
    if (addresses.isEmpty() || !addresses.getLast().equals(address)) {
      addresses.add(address);
    }
    return addresses;
  }

  private static Request keepingBody(Request request, AuditTrail trail) {
    var body = request.body();
    var type = request.headers().first("Content-Type");
    return request.withBody(
        new Body() {
          @Override
          public byte[] read(int max) throws IOException {
            var bytes = body.read(max);
            if (trail.keepsRequest()) {
              trail.received(new Content(bytes, type));
            }
            return bytes;
          }

          @Override
          public InputStream open() throws IOException {
            return body.open();
          }
        });
  }

  private static Answer answer(Response response, AuditTrail trail) {
    var content = Content.NONE;
    var message = "";
    var reason = "";
    if (response instanceof Response.Full(var status, var type, var body, var headers)) {
      if (status >= 400 && type.startsWith("application/json")) {
        var said = Json.parse(body).<JsonNode>map(found -> found).orElseGet(Json::object);
        message = said.path("message").asString("");
        reason = said.path("reason").asString("");
      }
      if (trail.keepsAnswer()) {
        content = new Content(body, type);
      }
    }
    return new Answer(response.status(), message, reason, content);
  }
}
