package dev.nauarch.apiserver.stream;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.request.Connections;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import dev.nauarch.apiserver.request.Response.Header;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Leads requests to what listens behind pods, services and nodes. */
final class ObjectProxy {

  /** A page behind a proxy may not open the API server to pages of other origins. */
  private static final Set<String> CROSS_ORIGIN =
      Set.of(
          "access-control-allow-credentials",
          "access-control-allow-headers",
          "access-control-allow-methods",
          "access-control-allow-origin");

  private final ProxyPlaces places;

  ObjectProxy(ProxyPlaces places) {
    this.places = places;
  }

  Response answer(Connections.Proxying proxying) {
    var request = proxying.request();
    var to = places.find(proxying.plural(), proxying.namespace(), proxying.name());
    var isUpgrade = Forwarder.isUpgrade(request);
    if (proxying.rest().isEmpty() && !isUpgrade && isRead(request)) {
      var question = request.query().isEmpty() ? "" : "?" + request.query();
      var there = new Header("Location", request.path() + "/" + question);
      return new Response.Full(301, "", new byte[0], List.of(there));
    }
    var prefix = request.path().substring(0, request.path().length() - proxying.rest().length());
    try {
      return answer(request, to, proxying.rest().isEmpty() ? "/" : proxying.rest(), prefix);
    } catch (IOException e) {
      throw ProxyPlaces.unavailable("error trying to reach service: " + why(to, e));
    }
  }

  private static boolean isRead(Request request) {
    return request.method().equals("GET") || request.method().equals("HEAD");
  }

  private static String why(Destination to, IOException e) {
    return e instanceof java.net.ConnectException || e instanceof java.net.NoRouteToHostException
        ? "dial tcp "
            + to.authority()
            + ": connect: "
            + String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT)
        : String.valueOf(e.getMessage());
  }

  private static Response answer(Request request, Destination to, String path, String prefix)
      throws IOException {
    var target = request.query().isEmpty() ? path : path + "?" + request.query();
    var asked = request.headers().first("Host");
    var host = asked.isEmpty() ? to.authority() : asked;
    var more = new ArrayList<Header>();
    more.add(new Header("X-Forwarded-Uri", request.path()));
    var exchange = Forwarder.begin(to, request, new Forwarder.Way(target, host, more));
    try {
      if (Forwarder.isUpgrade(request) && isNeither(exchange.head().status())) {
        throw internal("invalid upgrade response: status code " + exchange.head().status());
      }
      return rewritten(exchange, new LinkRewriter(prefix, List.of(host, to.authority())));
    } catch (IOException | RuntimeException e) {
      exchange.close();
      throw e;
    }
  }

  /** Whether a request to upgrade was neither granted nor refused. */
  private static boolean isNeither(int status) {
    return status != 101 && status < 400;
  }

  private static ApiException internal(String why) {
    return new ApiException(
        ApiException.Reason.INTERNAL_ERROR,
        "Internal error occurred: " + why,
        ApiException.Details.NONE);
  }

  private static Response rewritten(Exchange exchange, LinkRewriter links) throws IOException {
    var head = exchange.head();
    var headers = new ArrayList<Header>();
    for (var header : Forwarder.passedOn(head)) {
      var name = header.name().toLowerCase(Locale.ROOT);
      if (name.equals("location")) {
        headers.add(new Header(header.name(), links.location(header.value())));
      } else if (!CROSS_ORIGIN.contains(name)) {
        headers.add(header);
      }
    }
    var type = head.header("Content-Type").orElse("").split(";", 2)[0].strip();
    if (type.equals("text/html") && head.status() != 101 && head.header("Location").isEmpty()) {
      var page = links.page(exchange.body(), head.header("Content-Encoding").orElse(""));
      if (page.isPresent()) {
        try (exchange) {
          return new Response.Full(
              head.status(), head.header("Content-Type").orElse(""), page.get(), headers);
        }
      }
    }
    return Forwarder.answer(exchange, headers);
  }
}
