package dev.nauarch.gateway;

import dev.nauarch.routing.ModelRequest;
import dev.nauarch.routing.RequestHead;
import dev.nauarch.routing.RouteTable.Way;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a request to where its route leads and the answer back, each piece as it comes. Runs on a
 * virtual thread of its own for each request.
 *
 * <p>A replica that can't be connected to is passed over for the next best; once a request was
 * sent, it is not sent again.
 */
final class ProxyHandler extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(ProxyHandler.class);

  /** Headers of one connection, not of the message; and those that the HTTP client makes itself. */
  private static final Set<String> NOT_FORWARDED =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private final HttpClient http;
  private final GatewayOptions options;
  private final Supplier<Targets> targets;
  private final LoadBoard board;
  private final AtomicLong tickets = new AtomicLong();

  ProxyHandler(
      HttpClient http, GatewayOptions options, Supplier<Targets> targets, LoadBoard board) {
    this.http = http;
    this.options = options;
    this.targets = targets;
    this.board = board;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    try {
      serve(request, new Answer(request, response));
      callback.succeeded();
    } catch (IOException e) {
      // Either side broke off in the middle: all that is left is to break off too.
      callback.failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      callback.failed(e);
    }
    return true;
  }

  private void serve(Request request, Answer answer) throws IOException, InterruptedException {
    var body = readBody(request);
    if (body.isEmpty()) {
      answer.error(413, "the body is larger than " + options.bodyBytesMax() + " bytes");
      return;
    }
    var wanted = RequestBody.read(body.get());
    var head = head(request, wanted);
    var state = targets.get();
    var way = state.table().find(Request.getLocalPort(request), head);
    if (way.isEmpty()) {
      answerUnrouted(head, state, answer);
      return;
    }
    var ticket = tickets.getAndIncrement();
    var backend = way.get().rule().backend(ticket);
    if (backend.isEmpty() || !state.knows(backend.get())) {
      answer.error(500, "the route " + name(way.get()) + " leads to nothing that is there");
      return;
    }
    var endpoints = board.order(wanted, state.endpoints(backend.get()), ticket);
    if (endpoints.isEmpty()) {
      var who = backend.get().kind() + " " + backend.get().namespace() + "/" + backend.get().name();
      answer.error(503, who + " has no ready endpoint");
      return;
    }
    forward(new Errand(request, head, body.get(), wanted, way.get(), state), endpoints, answer);
  }

  /** One request on its way. */
  private record Errand(
      Request request,
      RequestHead head,
      byte[] body,
      ModelRequest wanted,
      Way way,
      Targets state) {}

  private static void answerUnrouted(RequestHead head, Targets state, Answer answer)
      throws IOException {
    var models = state.table().models();
    if (head.method().equals("GET") && head.path().equals("/v1/models")) {
      answer.models(models);
    } else {
      var model = head.header(ModelRequest.MODEL_HEADER);
      answer.error(
          404,
          model.isPresent() && !models.contains(model.get())
              ? "the model '" + model.get() + "' is not served here; served: " + models
              : "no route takes " + head.method() + " " + head.path());
    }
  }

  private void forward(Errand errand, List<String> endpoints, Answer answer)
      throws IOException, InterruptedException {
    for (var endpoint : endpoints) {
      board.started(endpoint, errand.wanted());
      try {
        var reply = http.send(outgoing(errand, endpoint), BodyHandlers.ofInputStream());
        var pod = errand.state().podByEndpoint().getOrDefault(endpoint, endpoint);
        answer.relay(reply, pod, errand.way().rule().responseHeaders());
        return;
      } catch (ConnectException | HttpConnectTimeoutException e) {
        LOG.debug("{} can't be reached; the next is tried", endpoint, e);
      } catch (HttpTimeoutException e) {
        answer.error(504, "the route's time limit ran out");
        return;
      } finally {
        board.ended(endpoint);
      }
    }
    answer.error(503, "none of " + endpoints.size() + " endpoints can be reached");
  }

  private static HttpRequest outgoing(Errand errand, String endpoint) {
    var uri = URI.create("http://" + endpoint + errand.request().getHttpURI().getPathQuery());
    var builder = HttpRequest.newBuilder(uri);
    for (var field : errand.request().getHeaders()) {
      if (!NOT_FORWARDED.contains(field.getLowerCaseName())) {
        builder.header(field.getName(), field.getValue());
      }
    }
    builder.header("X-Forwarded-For", Request.getRemoteAddr(errand.request()));
    errand
        .head()
        .header(ModelRequest.MODEL_HEADER)
        .ifPresent(model -> builder.setHeader(ModelRequest.MODEL_HEADER, model));
    var rule = errand.way().rule();
    rule.requestHeaders().set().forEach(h -> builder.setHeader(h.name(), h.value()));
    rule.requestHeaders().add().forEach(h -> builder.header(h.name(), h.value()));
    rule.timeoutMillis().ifPresent(millis -> builder.timeout(Duration.ofMillis(millis)));
    var publisher =
        errand.body().length == 0
            ? BodyPublishers.noBody()
            : BodyPublishers.ofByteArray(errand.body());
    var built = builder.method(errand.head().method(), publisher).build();
    var removed = rule.requestHeaders().remove();
    return removed.isEmpty()
        ? built
        : HttpRequest.newBuilder(
                built, (name, value) -> removed.stream().noneMatch(name::equalsIgnoreCase))
            .build();
  }

  /** The request as routes see it: the model that the body names is a header. */
  private static RequestHead head(Request request, ModelRequest wanted) {
    var headers = new TreeMap<String, String>();
    for (var field : request.getHeaders()) {
      headers.putIfAbsent(field.getLowerCaseName(), field.getValue());
    }
    if (!wanted.model().isEmpty()) {
      headers.put(ModelRequest.MODEL_HEADER, wanted.model());
    }
    var queries = new TreeMap<String, String>();
    for (var field : Request.extractQueryParameters(request)) {
      queries.putIfAbsent(field.getName(), field.getValue());
    }
    var host = Request.getServerName(request);
    return new RequestHead(
        host == null ? "" : host.toLowerCase(Locale.ROOT),
        request.getMethod(),
        Request.getPathInContext(request),
        headers,
        queries);
  }

  private static String name(Way way) {
    return way.route().namespace() + "/" + way.route().name();
  }

  private Optional<byte[]> readBody(Request request) throws IOException {
    try (var in = Content.Source.asInputStream(request)) {
      var body = in.readNBytes(options.bodyBytesMax() + 1);
      return body.length > options.bodyBytesMax() ? Optional.empty() : Optional.of(body);
    }
  }
}
