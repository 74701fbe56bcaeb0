package dev.nauarch.apiserver.request;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.registry.Target;
import java.util.List;

/**
 * One request for a resource, as far as it is understood.
 *
 * @param request the request
 * @param query its parameters
 * @param route where its path leads
 * @param kind the kind of the resource
 * @param user who asks
 * @param encoding how the answer is to look
 * @param warnings collects texts that the client will be warned with
 */
record Call(
    Request request,
    Query query,
    Route.Resource route,
    Kind kind,
    User user,
    Encoding encoding,
    List<String> warnings) {

  /** What the path names. */
  Target target() {
    return new Target(kind, route.namespace(), route.name(), route.subresource());
  }

  /** The object that the path names, whatever the subresource. */
  Target object() {
    return Target.of(kind, route.namespace(), route.name());
  }

  String header(String name) {
    return request.headers().first(name);
  }
}
