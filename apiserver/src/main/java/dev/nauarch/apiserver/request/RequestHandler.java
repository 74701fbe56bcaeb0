package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ApiException.Reason;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.AuditNotes;
import dev.nauarch.apiserver.port.PutOffException;
import dev.nauarch.apiserver.port.ResourceAction;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.registry.InconsistentContinue;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.schema.ObjectForm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests, whatever brought them. May be called from any thread, and blocks until the
 * answer is known, save that {@link #isQuick} requests wait for nothing.
 */
public final class RequestHandler {

  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);
  private static final List<String> OBJECT_VERBS = List.of("get", "update", "patch", "delete");
  private static final List<String> CONNECTIONS =
      List.of("log", "exec", "attach", "portforward", "proxy");
  private static final List<String> OBJECT_SUBRESOURCES =
      List.of("status", "finalize", "resize", "ephemeralcontainers", "approval");

  private final Supplier<Catalog> catalog;
  private final Access access;
  private final Registry registry;
  private final Documents documents;
  private final Extensions extensions;
  private final Metrics metrics;
  private final Turns turns;
  private final Optional<Auditing> auditing;
  private final Answers answers;
  private final Bodies bodies;
  private final Reading reading;
  private final Writing writing;
  private final Subresources subresources;

  /**
   * What a handler is made of.
   *
   * @param catalog the kinds of this moment
   * @param access who may do what
   * @param registry the verbs
   * @param formats formats, tables and patches
   * @param documents the paths that are no resources
   * @param connections where logs and commands in containers lead
   * @param extensions who serves groups in place of this server
   * @param metrics counts requests
   * @param turns has requests wait when there are too many
   * @param auditing has requests written down; empty for nothing
   */
  public record Wiring(
      Supplier<Catalog> catalog,
      Access access,
      Registry registry,
      Formats formats,
      Documents documents,
      Connections connections,
      Extensions extensions,
      Metrics metrics,
      Turns turns,
      Optional<Auditing> auditing) {}

  /** How bodies are read and answers are written. */
  public record Formats(BodyCodec codec, Tables tables, Patches patches) {}

  /** A handler of these parts. */
  public RequestHandler(Wiring wiring) {
    this.catalog = wiring.catalog();
    this.access = wiring.access();
    this.registry = wiring.registry();
    this.documents = wiring.documents();
    this.extensions = wiring.extensions();
    this.metrics = wiring.metrics();
    this.turns = wiring.turns();
    this.auditing = wiring.auditing();
    var formats = wiring.formats();
    this.answers = new Answers(formats.codec(), formats.tables(), catalog);
    this.bodies =
        new Bodies(formats.codec(), formats.patches(), registry.parts().schemas(), catalog);
    this.reading = new Reading(registry, answers);
    this.writing = new Writing(registry, bodies, formats.patches(), answers);
    this.subresources =
        new Subresources(
            registry,
            catalog,
            bodies,
            answers,
            formats.patches(),
            new Connecting(registry, access, wiring.connections()));
  }

  /**
   * Whether a request is answered from memory alone, as long as it need not wait: {@link
   * #handleAtOnce} may be called on any thread.
   */
  public boolean isQuick(Request request) {
    return auditing.isEmpty()
        && request.method().equals("GET")
        && request.query().isEmpty()
        && Route.of(request.path()) instanceof Route.Resource route
        && !route.name().isEmpty()
        && route.subresource().isEmpty()
        && !route.isWatch()
        && extensions.find(route.group(), route.version()).isEmpty();
  }

  /**
   * Answers a request of a user who is known by other means than the request's credentials.
   *
   * @throws ApiException where the answer is not success
   */
  public Response answer(Request request, User user) {
    if (auditing.isEmpty()) {
      return answerOf(request, user);
    }
    var refusal = new AtomicReference<@Nullable ApiException>();
    var response =
        auditing
            .get()
            .around(
                request,
                wanted(request),
                false,
                audited -> {
                  AuditNotes.known(user, user);
                  try {
                    return answerOf(audited, user);
                  } catch (ApiException e) {
                    refusal.set(e);
                    return StatusObject.response(e);
                  }
                });
    var refused = refusal.get();
    if (refused != null) {
      throw refused;
    }
    return response;
  }

  private Response answerOf(Request request, User user) {
    var visit = new Visit(Turns.NONE, true);
    try {
      var response =
          switch (Route.of(request.path())) {
            case Route.Path(var path) -> document(request, user, path, visit);
            case Route.Resource resource -> resource(request, user, resource, visit);
          };
      if (response.status() == 404) {
        throw noSuchResource();
      }
      return response;
    } catch (IOException e) {
      throw ApiException.badRequest("the body can't be read");
    }
  }

  /** Answers a request. */
  public Response handle(Request request) {
    if (auditing.isEmpty()) {
      return whole(request);
    }
    var wanted = wanted(request);
    var isLong = wanted.verb().equals("watch") || CONNECTIONS.contains(wanted.subresource());
    return auditing.get().around(request, wanted, isLong, this::whole);
  }

  /** Answers a quick request without waiting; empty where it has to wait for its turn. */
  public Optional<Response> handleAtOnce(Request request) {
    return answered(request, false);
  }

  private Response whole(Request request) {
    return answered(request, true).orElseThrow();
  }

  /** What a request wants, as far as its path tells. */
  private static Attributes wanted(Request request) {
    try {
      if (Route.of(request.path()) instanceof Route.Resource resource) {
        var isWatch = Query.parse(request.query()).flag("watch");
        return resource.attributes(resource.verb(request.method(), isWatch), "");
      }
    } catch (ApiException e) {
      // What its path says can't be read; it will be refused for that.
      return Attributes.ofPath(request.method().toLowerCase(Locale.ROOT), request.path());
    }
    return Attributes.ofPath(request.method().toLowerCase(Locale.ROOT), request.path());
  }

  private Optional<Response> answered(Request request, boolean mayWait) {
    var begin = System.nanoTime();
    var visit = new Visit(turns, mayWait);
    var isAnswered = false;
    try {
      var route = Optional.<Route>empty();
      Response response;
      try {
        var found = Route.of(request.path());
        route = Optional.of(found);
        response = answer(request, found, visit);
      } catch (ApiException e) {
        response = failure(request, e, visit.warnings());
      } catch (InconsistentContinue e) {
        response = expired(request, e);
      } catch (IOException e) {
        response = failure(request, unreadable(), visit.warnings());
      } catch (PutOffException e) {
        return Optional.empty();
      } catch (RuntimeException | StackOverflowError e) {
        LOG.error("A request failed: {} {}", request.method(), request.path(), e);
        response = failure(request, internal(), visit.warnings());
      }
      isAnswered = true;
      if (visit.isPutOff()) {
        return Optional.empty();
      }
      count(request, route, response, Duration.ofNanos(System.nanoTime() - begin));
      return Optional.of(visit.leave(response));
    } finally {
      if (!isAnswered) {
        visit.end();
      }
    }
  }

  private static ApiException unreadable() {
    return ApiException.badRequest("the body can't be read");
  }

  private void count(Request request, Optional<Route> route, Response response, Duration took) {
    if (route.isPresent() && route.get() instanceof Route.Resource resource) {
      var verb = resource.verb(request.method(), request.query().contains("watch="));
      metrics.answered(
          verb,
          resource.group(),
          resource.plural(),
          resource.subresource(),
          response.status(),
          took);
    } else {
      var verb = request.method().toLowerCase(Locale.ROOT);
      metrics.answered(verb, "", "", "", response.status(), took);
    }
  }

  private static ApiException internal() {
    return new ApiException(
        Reason.INTERNAL_ERROR,
        "Internal error occurred: the request failed; the server's log says why",
        ApiException.Details.NONE);
  }

  private Response failure(Request request, ApiException failure, List<String> warnings) {
    var json = StatusObject.response(failure, Answers.warnings(warnings));
    return failure.reason() == Reason.NOT_ACCEPTABLE
        ? json
        : answers.failure(request, json, StatusObject.failure(failure));
  }

  private Response expired(Request request, InconsistentContinue e) {
    var failure = new ApiException(Reason.EXPIRED, e.text(), ApiException.Details.NONE);
    var status = StatusObject.failure(failure);
    Json.childOf(status, "metadata").put("continue", e.token());
    var json = new Response.Full(410, Encoding.JSON, Json.write(status), List.of());
    return answers.failure(request, json, status);
  }

  private Response answer(Request request, Route route, Visit visit) throws IOException {
    Timeouts.check(request, route);
    var user = access.user(request);
    return switch (route) {
      case Route.Path(var path) -> document(request, user, path, visit);
      case Route.Resource resource -> resource(request, user, resource, visit);
    };
  }

  private Response document(Request request, User user, String path, Visit visit) {
    var method = request.method().toLowerCase(Locale.ROOT);
    var wanted = Attributes.ofPath(method, path);
    var refused = visit.enter(user, wanted, Query.NONE);
    if (refused.isPresent()) {
      return refused.get();
    }
    access.enter(user, wanted);
    var elsewhere = extension(path);
    if (elsewhere.isPresent()) {
      return elsewhere.get().answer(request, user);
    }
    if (!method.equals("get") && !method.equals("head")) {
      return documents.find(request).isPresent() ? methodNotAllowed() : nothingHere();
    }
    return documents.find(request).orElseGet(() -> nothingAt(path));
  }

  /** Who answers for the documents of a group's version, where that is not this server. */
  private Optional<Extensions.Extension> extension(String path) {
    var parts = path.split("/", -1);
    var at = path.startsWith("/openapi/v3/") ? 3 : 1;
    return parts.length >= at + 3 && parts[at].equals("apis") && !parts[at + 2].isEmpty()
        ? extensions.find(parts[at + 1], parts[at + 2])
        : Optional.empty();
  }

  /** Of a group that is served, a Status says what is not; other paths lead nowhere at all. */
  private Response nothingAt(String path) {
    var parts = path.split("/", -1);
    var isVersion = parts.length == 4 && parts[1].equals("apis") && serves(parts[2]);
    return isVersion ? StatusObject.response(noSuchResource()) : nothingHere();
  }

  private boolean serves(String group) {
    return catalog.get().kinds().stream().anyMatch(kind -> kind.group().equals(group));
  }

  private static ApiException noSuchResource() {
    return new ApiException(
        Reason.NOT_FOUND,
        "the server could not find the requested resource",
        ApiException.Details.NONE);
  }

  private static Response methodNotAllowed() {
    return StatusObject.response(notAllowed());
  }

  /** The answer to a path that leads nowhere. */
  static Response nothingHere() {
    return new Response.Full(
        404,
        "text/plain; charset=utf-8",
        "404 page not found\n".getBytes(StandardCharsets.US_ASCII),
        List.of());
  }

  private Response resource(Request request, User user, Route.Resource route, Visit visit)
      throws IOException {
    var query = Query.parse(request.query());
    var verb = route.verb(request.method(), query.flag("watch"));
    var wanted = route.attributes(verb, query.text("fieldSelector"));
    var refused = visit.enter(user, wanted, query);
    if (refused.isPresent()) {
      return refused.get();
    }
    access.enter(user, wanted);
    var elsewhere = extensions.find(route.group(), route.version());
    if (elsewhere.isPresent()) {
      return elsewhere.get().answer(request, user);
    }
    var found = catalog.get().find(route.group(), route.version(), route.plural());
    if (found.isEmpty() || !fits(route, found.get())) {
      if (serves(route.group())) {
        throw noSuchResource();
      }
      return nothingHere();
    }
    NameRules.pathSegment(route.name())
        .ifPresent(
            why -> {
              var name = Json.quoted(route.name());
              throw ApiException.badRequest("Name parameter invalid: " + name + ": " + why);
            });
    var encoding = Encoding.of(request.headers().first("Accept"), offer(route, found.get(), verb));
    var call = new Call(request, query, route, found.get(), user, encoding, visit.warnings());
    warnOfDeprecation(call);
    return route.subresource().isEmpty() ? ofObject(call, verb) : ofSubresource(call, verb);
  }

  /** What the answer of a resource can be written as. */
  private static Encoding.Offer offer(Route.Resource route, Kind kind, String verb) {
    // A scale is one of Kubernetes' own kinds, whatever it is the scale of.
    var isOwn =
        kind.subresource(route.subresource())
            .filter(part -> !part.kind().equals(kind.kind()))
            .isEmpty();
    var isCustom = isOwn && ObjectForm.isCustom(kind);
    if (verb.equals("watch")) {
      return isCustom ? Encoding.Offer.CUSTOM_STREAM : Encoding.Offer.STREAM;
    }
    if (Collections.disjoint(kind.verbs(), OBJECT_VERBS)) {
      return Encoding.Offer.ANSWER;
    }
    return isCustom ? Encoding.Offer.CUSTOM : Encoding.Offer.ANY;
  }

  /** Objects in namespaces are created and named there, those of the cluster are not. */
  private static boolean fits(Route.Resource route, Kind kind) {
    return kind.namespaced()
        ? !route.namespace().isEmpty() || route.name().isEmpty()
        : route.namespace().isEmpty();
  }

  private static void warnOfDeprecation(Call call) {
    if (!call.kind().deprecation().isEmpty()) {
      call.warnings().add(call.kind().deprecation());
    }
  }

  private Response ofObject(Call call, String verb) throws IOException {
    var isNamed = !call.route().name().isEmpty();
    if (isNamed && Collections.disjoint(call.kind().verbs(), OBJECT_VERBS)) {
      throw noSuchResource();
    }
    var isFit =
        switch (verb) {
          case "create" -> !isNamed;
          case "update", "patch" -> isNamed;
          case "deletecollection" ->
              !call.kind().namespaced() || !call.route().namespace().isEmpty();
          default -> true;
        };
    if (!isFit || !call.kind().verbs().contains(verb)) {
      throw notAllowed();
    }
    if (verb.equals("create")) {
      var action = registry.parts().strategies().action(call.kind(), "");
      if (action.isPresent()) {
        return act(call, action.get());
      }
    }
    return switch (verb) {
      case "get" -> reading.get(call);
      case "list" -> reading.list(call);
      case "watch" -> reading.watch(call);
      case "create" -> {
        if (call.kind().namespaced() && call.route().namespace().isEmpty()) {
          throw notAllowed();
        }
        yield writing.create(call);
      }
      case "update" -> writing.update(call);
      case "patch" -> writing.patch(call);
      case "delete" -> writing.delete(call);
      case "deletecollection" -> writing.deleteAll(call);
      default -> throw notAllowed();
    };
  }

  private Response act(Call call, ResourceAction action) throws IOException {
    var options = Options.write(call, "CreateOptions");
    var body = bodies.object(call, call.kind(), options);
    registry.parts().schemas().applyDefaults(call.kind(), body);
    registry.admit(call.object(), body, options);
    var mode = new ResourceAction.Mode(options.isDryRun(), call.warnings()::add);
    var target = new AdmissionRequest.Target(call.route().namespace(), call.route().name());
    var answer =
        action.post(
            new ResourceAction.Call(
                call.user(), call.kind(), "", target, Optional.empty(), body, mode));
    return answers.tree(call, 201, answer);
  }

  private Response ofSubresource(Call call, String verb) throws IOException {
    var name = call.route().subresource();
    if (!call.route().rest().isEmpty() && !name.equals("proxy")) {
      throw noSuchResource();
    }
    if (subresources.serves(call.kind(), name)) {
      return subresources.answer(call, verb);
    }
    if (call.kind().subresource(name).isEmpty() || !OBJECT_SUBRESOURCES.contains(name)) {
      throw noSuchResource();
    }
    return switch (verb) {
      case "get" -> reading.get(call);
      case "update" -> writing.update(call);
      case "patch" -> writing.patch(call);
      default -> throw notAllowed();
    };
  }

  static ApiException notAllowed() {
    return new ApiException(
        Reason.METHOD_NOT_ALLOWED,
        "the server does not allow this method on the requested resource",
        ApiException.Details.NONE);
  }
}
