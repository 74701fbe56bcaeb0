package dev.nauarch.apiserver.stream;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import dev.nauarch.apiserver.request.Response.Header;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Passes requests on to other servers, and their answers back, as they come. Whatever says who sent
 * a request stays here.
 */
public final class Forwarder {

  private static final int WHOLE_BYTES_MAX = 32 * 1024;
  private static final Set<String> OF_ONE_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "expect",
          "content-length",
          "http2-settings");
  private static final List<String> CREDENTIALS =
      List.of("authorization", "impersonate-", "x-remote-");

  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH", "DELETE");

  private Forwarder() {}

  /**
   * What is peculiar to a way on.
   *
   * @param target path and query to ask for, percent-encoded
   * @param host the value of the {@code Host} header
   * @param more further headers, in place of those of the same name that the client sent
   */
  public record Way(String target, String host, List<Header> more) {}

  /** Whether a request wants its connection to speak something else than HTTP. */
  static boolean isUpgrade(Request request) {
    return !request.headers().first("Upgrade").isEmpty()
        && request.headers().all("Connection").stream()
            .flatMap(value -> List.of(value.split(",", -1)).stream())
            .anyMatch(word -> word.strip().equalsIgnoreCase("upgrade"));
  }

  /**
   * Passes a request on.
   *
   * @throws IOException where the other server can't be reached or does not speak HTTP
   */
  public static Exchange begin(Destination to, Request request, Way way) throws IOException {
    var isUpgrade = isUpgrade(request);
    var headers = headers(request, way, isUpgrade);
    if (isUpgrade) {
      var plain = Outgoing.of(request.method(), way.target, headers);
      return Exchange.begin(to, plain, Duration.ZERO);
    }
    var length = length(request);
    Optional<InputStream> body =
        length == 0 ? Optional.empty() : Optional.of(request.body().open());
    return Exchange.begin(
        to, new Outgoing(request.method(), way.target, headers, body, length), Duration.ZERO);
  }

  private static long length(Request request) {
    var told = request.headers().first("Content-Length");
    try {
      if (!told.isEmpty()) {
        return Math.max(0, Long.parseLong(told));
      }
    } catch (NumberFormatException e) {
      throw ApiException.badRequest("bad Content-Length");
    }
    var isChunked = !request.headers().first("Transfer-Encoding").isEmpty();
    // HTTP/2 needs neither header to send a body.
    return isChunked || WITH_BODY.contains(request.method()) ? -1 : 0;
  }

  private static List<Header> headers(Request request, Way way, boolean isUpgrade) {
    var own = new HashSet<String>(Set.of("host", "x-forwarded-for"));
    way.more.forEach(header -> own.add(header.name().toLowerCase(Locale.ROOT)));
    for (var value : request.headers().all("Connection")) {
      for (var word : value.split(",", -1)) {
        own.add(word.strip().toLowerCase(Locale.ROOT));
      }
    }
    var headers = new ArrayList<Header>();
    headers.add(new Header("Host", way.host));
    for (var name : request.headers().names("")) {
      var lower = name.toLowerCase(Locale.ROOT);
      if (!own.contains(lower)
          && !OF_ONE_HOP.contains(lower)
          && !lower.startsWith(":")
          && CREDENTIALS.stream().noneMatch(lower::startsWith)) {
        request.headers().all(name).forEach(value -> headers.add(new Header(name, value)));
      }
    }
    headers.addAll(way.more);
    var before = String.join(", ", request.headers().all("X-Forwarded-For"));
    headers.add(
        new Header(
            "X-Forwarded-For",
            before.isEmpty() ? remote(request) : before + ", " + remote(request)));
    if (isUpgrade) {
      headers.add(new Header("Connection", "Upgrade"));
      headers.add(new Header("Upgrade", request.headers().first("Upgrade")));
    } else {
      headers.add(new Header("Connection", "close"));
    }
    return headers;
  }

  /** The address alone. */
  private static String remote(Request request) {
    var text = request.remote();
    var slash = text.indexOf('/');
    var colon = text.lastIndexOf(':');
    return text.substring(slash + 1, colon < 0 ? text.length() : colon).replaceAll("[\\[\\]]", "");
  }

  /** The answer as it came, but for what concerns one connection only. */
  public static Response answer(Exchange exchange) throws IOException {
    return answer(exchange, passedOn(exchange.head()));
  }

  /** The answer's headers that go on. */
  static List<Header> passedOn(Exchange.Head head) {
    return head.headers().stream()
        .filter(header -> !OF_ONE_HOP.contains(header.name().toLowerCase(Locale.ROOT)))
        .filter(header -> !header.name().equalsIgnoreCase("Content-Type"))
        .toList();
  }

  /** The answer with other headers. */
  static Response answer(Exchange exchange, List<Header> headers) throws IOException {
    var head = exchange.head();
    if (head.status() == 101) {
      var all = new ArrayList<>(headers);
      head.header("Upgrade").ifPresent(value -> all.add(new Header("Upgrade", value)));
      return new Response.Upgraded(all, exchange.peer());
    }
    var type = head.header("Content-Type").orElse("");
    var length = head.header("Content-Length").map(Long::parseLong).orElse(-1L);
    if (length >= 0 && length <= WHOLE_BYTES_MAX && !isHead(exchange, length)) {
      try (exchange) {
        var body = exchange.body().readAllBytes();
        if (body.length < length) {
          throw new IOException("unexpected EOF");
        }
        return new Response.Full(head.status(), type, body, headers);
      }
    }
    var all = new ArrayList<>(headers);
    if (length >= 0) {
      all.add(new Header("Content-Length", Long.toString(length)));
    }
    return new Response.Streamed(head.status(), type, exchange::copyTo, all);
  }

  /** Whether a length is told of a body that does not come: in answers to HEAD. */
  private static boolean isHead(Exchange exchange, long length) {
    return length > 0 && !(exchange.body() instanceof BoundedInput);
  }
}
