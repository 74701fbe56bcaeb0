package dev.nauarch.apiserver.request;

import dev.nauarch.apiserver.object.FieldSelector;
import dev.nauarch.apiserver.port.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where a request's path leads. */
public sealed interface Route {

  /**
   * To a resource.
   *
   * @param group the API group; empty for core
   * @param version the API version
   * @param plural the resource
   * @param namespace the namespace; empty for none
   * @param name the object; empty for the collection
   * @param subresource the subresource; empty for none
   * @param rest what follows the subresource (of a proxy), as it was sent, with its leading slash
   * @param isWatch whether the path is one of the old {@code /watch/} ones
   */
  record Resource(
      String group,
      String version,
      String plural,
      String namespace,
      String name,
      String subresource,
      String rest,
      boolean isWatch)
      implements Route {

    /**
     * What it is to an authorizer.
     *
     * @param fieldSelector which objects; one that selects a name is a request for that object
     */
    public Attributes attributes(String verb, String fieldSelector) {
      var isNamespace = group.isEmpty() && plural.equals("namespaces");
      var space = isNamespace ? name : namespace;
      if (fieldSelector.isEmpty() || !SELECTING.contains(verb)) {
        return new Attributes(
            verb, group, version, plural, subresource, space, name, "", List.of());
      }
      var fields = FieldSelector.requirements(fieldSelector);
      var one = name.isEmpty() ? new FieldSelector(fields).name().orElse("") : name;
      return new Attributes(verb, group, version, plural, subresource, space, one, "", fields);
    }

    /**
     * What a request does to it.
     *
     * @param method of HTTP
     * @param wantsWatch whether the query asks for a watch
     */
    String verb(String method, boolean wantsWatch) {
      var isNamed = !name.isEmpty();
      return switch (method) {
        case "GET", "HEAD" -> {
          if ((isWatch || (wantsWatch && !isNamed)) && subresource.isEmpty()) {
            yield "watch";
          }
          yield isNamed ? "get" : "list";
        }
        case "POST" -> "create";
        case "PUT" -> "update";
        case "PATCH" -> "patch";
        case "DELETE" -> isNamed ? "delete" : "deletecollection";
        default -> method.toLowerCase(Locale.ROOT);
      };
    }
  }

  /** The verbs that look at field selectors. */
  List<String> SELECTING = List.of("list", "watch", "deletecollection");

  /** To something that is no resource. */
  record Path(String path) implements Route {}

  /** Reads a path. */
  static Route of(String path) {
    var parts = parts(path);
    var isCore = parts.size() > 2 && parts.getFirst().equals("api");
    var isGroup = parts.size() > 3 && parts.getFirst().equals("apis");
    if (!isCore && !isGroup) {
      return new Path(path);
    }
    var group = isCore ? "" : parts.get(1);
    var version = isCore ? parts.get(1) : parts.get(2);
    var rest = parts.subList(isCore ? 2 : 3, parts.size());
    var isWatch = rest.getFirst().equals("watch") && rest.size() > 1;
    return resource(path, group, version, isWatch ? rest.subList(1, rest.size()) : rest, isWatch);
  }

  private static Route resource(
      String path, String group, String version, List<String> parts, boolean isWatch) {
    var isInNamespace =
        parts.getFirst().equals("namespaces")
            && parts.size() > 2
            && !(group.isEmpty() && isOfNamespace(parts.get(2)));
    var namespace = isInNamespace ? parts.get(1) : "";
    var at = isInNamespace ? 2 : 0;
    var isProxy = at + 2 < parts.size() && parts.get(at + 2).equals("proxy");
    for (var part : isProxy ? parts.subList(0, at + 3) : parts) {
      if (part.isEmpty()) {
        return new Path(path);
      }
    }
    return new Resource(
        group,
        version,
        parts.get(at),
        namespace,
        at + 1 < parts.size() ? parts.get(at + 1) : "",
        at + 2 < parts.size() ? parts.get(at + 2) : "",
        lastOf(path, parts.size() - at - 3),
        isWatch);
  }

  /** The last segments of a path, each with its slash. */
  private static String lastOf(String path, int count) {
    var start = path.length();
    for (var left = count; left > 0; left--) {
      start = path.lastIndexOf('/', start - 1);
    }
    return path.substring(start);
  }

  private static boolean isOfNamespace(String part) {
    return part.equals("status") || part.equals("finalize");
  }

  private static List<String> parts(String path) {
    var parts = new ArrayList<String>(8);
    var start = 1;
    while (start <= path.length()) {
      var end = path.indexOf('/', start);
      end = end < 0 ? path.length() : end;
      parts.add(segment(path.substring(Math.min(start, path.length()), end)));
      start = end + 1;
    }
    return parts;
  }

  /** A plus sign stands for itself in a path. */
  private static String segment(String text) {
    return text.indexOf('%') < 0 ? text : Query.decode(text.replace("+", "%2B"));
  }
}
