package dev.nauarch.routing;

import dev.nauarch.api.inference.InferencePool;
import dev.nauarch.routing.Rule.Backend;
import dev.nauarch.routing.Rule.Comparison;
import dev.nauarch.routing.Rule.Condition;
import dev.nauarch.routing.Rule.Header;
import dev.nauarch.routing.Rule.HeaderChange;
import dev.nauarch.routing.Rule.Match;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPHeader;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPHeaderFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteTimeouts;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ParentReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns Gateways and HTTPRoutes into {@link Route}s, and says of each parent whether the route is
 * accepted there and why not.
 */
public final class RouteProjection {

  private static final String GROUP = "gateway.networking.k8s.io";

  private RouteProjection() {}

  /**
   * What became of a route at one of its parents.
   *
   * @param parent the reference as the route has it
   * @param gateway the gateway's {@code namespace/name}
   * @param refusal why it is not accepted, a reason of the Gateway API; empty where it is
   * @param message the same for people
   * @param routes the route at each listener's port; none where it is refused
   */
  public record Attachment(
      ParentReference parent, String gateway, String refusal, String message, List<Route> routes) {}

  /** What a route means at each of these gateways that it names as a parent. */
  public static List<Attachment> attach(HTTPRoute route, List<Gateway> gateways) {
    var result = new ArrayList<Attachment>();
    for (var parent : orEmpty(route.getSpec().getParentRefs())) {
      for (var gateway : gateways) {
        if (names(parent, route, gateway)) {
          result.add(attach(route, parent, gateway));
        }
      }
    }
    return result;
  }

  private static boolean names(ParentReference parent, HTTPRoute route, Gateway gateway) {
    var namespace = or(parent.getNamespace(), route.getMetadata().getNamespace());
    return or(parent.getGroup(), GROUP).equals(GROUP)
        && or(parent.getKind(), "Gateway").equals("Gateway")
        && gateway.getMetadata().getName().equals(parent.getName())
        && gateway.getMetadata().getNamespace().equals(namespace);
  }

  private static Attachment attach(HTTPRoute route, ParentReference parent, Gateway gateway) {
    var key = gateway.getMetadata().getNamespace() + "/" + gateway.getMetadata().getName();
    var unsupported = unsupported(route);
    if (unsupported.isPresent()) {
      return new Attachment(parent, key, "UnsupportedValue", unsupported.get(), List.of());
    }
    var listeners =
        orEmpty(gateway.getSpec().getListeners()).stream()
            .filter(l -> isMeant(parent, l) && "HTTP".equals(l.getProtocol()))
            .toList();
    if (listeners.isEmpty()) {
      var message = "gateway " + key + " has no HTTP listener of that name and port";
      return new Attachment(parent, key, "NoMatchingParent", message, List.of());
    }
    var allowed = listeners.stream().filter(l -> admits(l, gateway, route)).toList();
    if (allowed.isEmpty()) {
      var message = "the listeners of gateway " + key + " take no routes of this namespace";
      return new Attachment(parent, key, "NotAllowedByListeners", message, List.of());
    }
    var routes = new ArrayList<Route>();
    for (var listener : allowed) {
      var hostnames = hostnames(listener, orEmpty(route.getSpec().getHostnames()));
      hostnames.ifPresent(names -> routes.add(route(route, listener.getPort(), names)));
    }
    return routes.isEmpty()
        ? new Attachment(
            parent,
            key,
            "NoMatchingListenerHostname",
            "no hostname of the route is one of a listener of gateway " + key,
            List.of())
        : new Attachment(parent, key, "", "", routes);
  }

  private static boolean isMeant(ParentReference parent, Listener listener) {
    return (parent.getSectionName() == null || parent.getSectionName().equals(listener.getName()))
        && (parent.getPort() == null || parent.getPort().equals(listener.getPort()));
  }

  private static boolean admits(Listener listener, Gateway gateway, HTTPRoute route) {
    var rules = listener.getAllowedRoutes();
    var from =
        rules == null || rules.getNamespaces() == null
            ? "Same"
            : or(rules.getNamespaces().getFrom(), "Same");
    return switch (from) {
      case "All" -> true;
      case "Same" ->
          gateway.getMetadata().getNamespace().equals(route.getMetadata().getNamespace());
      default -> false;
    };
  }

  /** What hosts a route takes at a listener; empty where none. */
  private static Optional<List<String>> hostnames(Listener listener, List<String> ofRoute) {
    var ofListener = or(listener.getHostname(), "").toLowerCase(Locale.ROOT);
    if (ofListener.isEmpty()) {
      return Optional.of(ofRoute.stream().map(h -> h.toLowerCase(Locale.ROOT)).toList());
    }
    if (ofRoute.isEmpty()) {
      return Optional.of(List.of(ofListener));
    }
    var both = new ArrayList<String>();
    for (var hostname : ofRoute) {
      var mine = hostname.toLowerCase(Locale.ROOT);
      if (mine.equals(ofListener) || isBelow(mine, ofListener)) {
        both.add(mine);
      } else if (isBelow(ofListener, mine)) {
        both.add(ofListener);
      }
    }
    return both.isEmpty() ? Optional.empty() : Optional.of(both);
  }

  private static boolean isBelow(String hostname, String wildcard) {
    return wildcard.startsWith("*.") && hostname.endsWith(wildcard.substring(1));
  }

  private static Route route(HTTPRoute route, int port, List<String> hostnames) {
    var metadata = route.getMetadata();
    return new Route(
        metadata.getNamespace(),
        metadata.getName(),
        or(metadata.getCreationTimestamp(), ""),
        port,
        hostnames,
        orEmpty(route.getSpec().getRules()).stream()
            .map(rule -> rule(rule, metadata.getNamespace()))
            .toList());
  }

  private static Rule rule(HTTPRouteRule rule, String namespace) {
    var requestHeaders = HeaderChange.NONE;
    var responseHeaders = HeaderChange.NONE;
    for (var filter : orEmpty(rule.getFilters())) {
      if (filter.getType().equals("RequestHeaderModifier")) {
        requestHeaders = change(filter.getRequestHeaderModifier());
      } else {
        responseHeaders = change(filter.getResponseHeaderModifier());
      }
    }
    var matches = orEmpty(rule.getMatches()).stream().map(RouteProjection::match).toList();
    var timeouts = rule.getTimeouts();
    return new Rule(
        matches.isEmpty() ? List.of(match(new HTTPRouteMatch())) : matches,
        orEmpty(rule.getBackendRefs()).stream().map(ref -> backend(ref, namespace)).toList(),
        requestHeaders,
        responseHeaders,
        timeouts == null ? Optional.empty() : timeoutMillis(timeouts));
  }

  /** The shorter of the two limits: a request is tried once, so that both are about one try. */
  private static Optional<Long> timeoutMillis(HTTPRouteTimeouts timeouts) {
    return Stream.of(timeouts.getRequest(), timeouts.getBackendRequest())
        .flatMap(text -> GatewayDuration.parseMillis(or(text, "")).stream())
        .min(Comparator.naturalOrder());
  }

  private static Match match(HTTPRouteMatch match) {
    var path = match.getPath();
    var headers = new ArrayList<Condition>();
    for (var header : orEmpty(match.getHeaders())) {
      var name = header.getName().toLowerCase(Locale.ROOT);
      headers.add(new Condition(name, comparison(header.getType()), header.getValue()));
    }
    var queries = new ArrayList<Condition>();
    for (var query : orEmpty(match.getQueryParams())) {
      queries.add(new Condition(query.getName(), comparison(query.getType()), query.getValue()));
    }
    return new Match(
        path == null ? Comparison.PREFIX : comparison(or(path.getType(), "PathPrefix")),
        path == null ? "/" : or(path.getValue(), "/"),
        or(match.getMethod(), ""),
        headers,
        queries);
  }

  private static Comparison comparison(@Nullable String type) {
    return switch (or(type, "Exact")) {
      case "PathPrefix" -> Comparison.PREFIX;
      case "RegularExpression" -> Comparison.REGULAR_EXPRESSION;
      default -> Comparison.EXACT;
    };
  }

  /** The backend that a reference in a route of this namespace means. */
  public static Backend backend(HTTPBackendRef ref, String namespace) {
    return new Backend(
        or(ref.getKind(), "Service"),
        or(ref.getNamespace(), namespace),
        ref.getName(),
        ref.getPort() == null ? 0 : ref.getPort(),
        ref.getWeight() == null ? 1 : ref.getWeight());
  }

  private static HeaderChange change(HTTPHeaderFilter filter) {
    return new HeaderChange(
        headers(filter.getSet()), headers(filter.getAdd()), orEmpty(filter.getRemove()));
  }

  private static List<Header> headers(@Nullable List<HTTPHeader> headers) {
    return orEmpty(headers).stream().map(h -> new Header(h.getName(), h.getValue())).toList();
  }

  /** What of a route this gateway does not do, or can't resolve by its kind. */
  private static Optional<String> unsupported(HTTPRoute route) {
    for (var rule : orEmpty(route.getSpec().getRules())) {
      if (rule.getRetry() != null || rule.getSessionPersistence() != null) {
        return Optional.of("retry and sessionPersistence are not supported");
      }
      for (var filter : orEmpty(rule.getFilters())) {
        if (!List.of("RequestHeaderModifier", "ResponseHeaderModifier")
            .contains(filter.getType())) {
          return Optional.of("the filter " + filter.getType() + " is not supported");
        }
      }
      for (var ref : orEmpty(rule.getBackendRefs())) {
        if (!orEmpty(ref.getFilters()).isEmpty()) {
          return Optional.of("filters of a single backend are not supported");
        }
      }
    }
    return Optional.empty();
  }

  /** Why a reference to a backend can't be followed, a reason of the Gateway API; or empty. */
  public static String unresolvable(HTTPBackendRef ref, HTTPRoute route) {
    var namespace = route.getMetadata().getNamespace();
    if (!or(ref.getNamespace(), namespace).equals(namespace)) {
      return "RefNotPermitted";
    }
    var isPool =
        InferencePool.GROUP.equals(ref.getGroup()) && "InferencePool".equals(ref.getKind());
    var isService =
        or(ref.getGroup(), "").isEmpty() && or(ref.getKind(), "Service").equals("Service");
    return isPool || isService ? "" : "InvalidKind";
  }

  private static String or(@Nullable String value, String otherwise) {
    return value == null ? otherwise : value;
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
