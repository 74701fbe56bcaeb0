package dev.nauarch.apiserver.request;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.registry.Versions;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The subresources that lead away from this server: to a pod's container, or to what listens behind
 * an object. They pass admission as connections, whose object is what the request asks for.
 */
final class Connecting {

  /** Those of pods that lead to the agent of the pod's node. */
  static final List<String> SUBRESOURCES = List.of("log", "exec", "attach", "portforward");

  private static final List<String> FLAGS = List.of("stdin", "stdout", "stderr", "tty");
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final Registry registry;
  private final Access access;
  private final Connections connections;

  Connecting(Registry registry, Access access, Connections connections) {
    this.registry = registry;
    this.access = access;
    this.connections = connections;
  }

  Response connect(Call call, String verb) throws IOException {
    var name = call.route().subresource();
    if (!verb.equals("get") && (name.equals("log") || !verb.equals("create"))) {
      throw RequestHandler.notAllowed();
    }
    if (verb.equals("get") && !name.equals("log")) {
      // Browsers can only GET a WebSocket; what it does needs the right to do it all the same.
      access.check(call.user(), call.route().attributes("create", ""));
    }
    var pod = Versions.tree(registry.get(call.object()), call.kind());
    if (!name.equals("log")) {
      admit(call, optionsOf(call));
    }
    return connections.connect(
        new Connections.Passage(call.user(), name, pod, call.query(), call.request()));
  }

  Response proxy(Call call) {
    var route = call.route();
    if (!METHODS.contains(call.request().method().toUpperCase(Locale.ROOT))) {
      throw RequestHandler.notAllowed();
    }
    var options = options(call);
    if (!route.rest().isEmpty()) {
      options.put("path", Query.decode(route.rest().substring(1).replace("+", "%2B")));
    }
    admit(call, options);
    // Who has just written where a service leads finds it there.
    registry.awaitLatest();
    return connections.proxy(
        new Connections.Proxying(
            route.plural(), route.namespace(), route.name(), route.rest(), call.request()));
  }

  private static ObjectNode options(Call call) {
    var kind =
        call.kind().subresource(call.route().subresource()).orElseThrow(RequestHandler::notAllowed);
    return Json.object().put("apiVersion", kind.version()).put("kind", kind.kind());
  }

  private static ObjectNode optionsOf(Call call) {
    var options = options(call);
    var query = call.query();
    if (call.route().subresource().equals("portforward")) {
      var ports = options.putArray("ports");
      query.all("ports").stream()
          .flatMap(value -> List.of(value.split(",", -1)).stream())
          .filter(port -> port.matches("[0-9]{1,5}"))
          .forEach(port -> ports.add(Integer.parseInt(port)));
      if (ports.isEmpty()) {
        options.remove("ports");
      }
      return options;
    }
    FLAGS.stream().filter(query::flag).forEach(flag -> options.put(flag, true));
    if (query.has("container")) {
      options.put("container", query.text("container"));
    }
    if (query.has("command")) {
      query.all("command").forEach(options.putArray("command")::add);
    }
    return options;
  }

  private void admit(Call call, ObjectNode options) {
    var request =
        new AdmissionRequest(
            AdmissionRequest.Operation.CONNECT,
            call.kind(),
            call.route().subresource(),
            new AdmissionRequest.Target(call.route().namespace(), call.route().name()),
            Optional.of(options),
            Optional.empty(),
            new AdmissionRequest.Context(call.user(), Json.object(), false, call.warnings()::add));
    registry.parts().admission().mutate(request);
    registry.parts().admission().validate(request);
  }
}
