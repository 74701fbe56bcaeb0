package dev.nauarch.apiserver.object;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A field selector as URLs carry it: {@code metadata.name=a,spec.nodeName!=b}.
 *
 * @param requirements all must hold
 */
public record FieldSelector(List<Requirement> requirements) {

  private static final List<String> ESCAPES = List.of("\\\\", "\\,", "\\=");

  /** Selects everything. */
  public static final FieldSelector ALL = new FieldSelector(List.of());

  /**
   * What fields are called in what is stored, by kind, where that is something else: events are
   * stored as the core group has them. Of two names the first counts that has a value.
   */
  private static final Map<String, Map<String, String>> STORED_NAMES =
      Map.of(
          "/Event",
          Map.of("source", "source.component|reportingComponent"),
          "events.k8s.io/Event",
          Map.of("reportingController", "reportingComponent", "regarding.", "involvedObject."));

  /**
   * One condition.
   *
   * @param path the field
   * @param value what it is compared with
   * @param isEqual whether it must be equal; different otherwise
   */
  public record Requirement(String path, String value, boolean isEqual) {}

  /**
   * Reads a selector for objects of a kind.
   *
   * @throws ApiException {@code BAD_REQUEST} when it can't be read, or names a field by which the
   *     kind can't be selected
   */
  public static FieldSelector parse(String text, Kind kind) {
    if (text.isBlank()) {
      return ALL;
    }
    var requirements = new ArrayList<Requirement>();
    for (var part : split(text)) {
      var requirement = requirement(part.strip());
      if (!isSelectable(kind, requirement.path)) {
        throw ApiException.badRequest(
            kind.selectableFields().isEmpty()
                ? Json.quoted(requirement.path)
                    + " is not a known field selector: only \"metadata.name\","
                    + " \"metadata.namespace\""
                : "field label not supported: " + requirement.path);
      }
      var path = stored(requirement.path, kind);
      requirements.add(new Requirement(path, requirement.value, requirement.isEqual));
    }
    return new FieldSelector(List.copyOf(requirements));
  }

  /**
   * What a selector asks for, whatever the kind; nothing where it can't be read, which its reader
   * will say.
   */
  public static List<Requirement> requirements(String text) {
    try {
      return text.isBlank()
          ? List.of()
          : split(text).stream().map(part -> requirement(part.strip())).toList();
    } catch (ApiException e) {
      return List.of();
    }
  }

  /** Whether it selects everything. */
  public boolean isEmpty() {
    return requirements.isEmpty();
  }

  /** The one name that it selects, where it does. */
  public Optional<String> name() {
    return requirements.stream()
        .filter(one -> one.isEqual && one.path.equals("metadata.name"))
        .map(Requirement::value)
        .findFirst();
  }

  /** Whether it selects an object. */
  public boolean matches(StoredObject object) {
    for (var requirement : requirements) {
      var actual =
          switch (requirement.path) {
            case "metadata.name" -> object.name();
            case "metadata.namespace" -> object.namespace();
            default -> value(object, requirement.path);
          };
      if (actual.equals(requirement.value) != requirement.isEqual) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSelectable(Kind kind, String path) {
    return path.equals("metadata.name")
        || (path.equals("metadata.namespace") && kind.namespaced())
        || kind.selectableFields().contains(path);
  }

  private static String stored(String path, Kind kind) {
    var names = STORED_NAMES.getOrDefault(kind.group() + "/" + kind.kind(), Map.of());
    var head = path.substring(0, path.indexOf('.') + 1);
    return names.getOrDefault(path, names.getOrDefault(head, head) + path.substring(head.length()));
  }

  private static Requirement requirement(String part) {
    var not = part.indexOf("!=");
    if (not > 0) {
      return new Requirement(part.substring(0, not), unescaped(part.substring(not + 2)), false);
    }
    var equals = part.indexOf('=');
    if (equals <= 0) {
      throw ApiException.badRequest(
          "invalid selector: '" + part + "'; can't understand '" + part + "'");
    }
    var value = part.startsWith("==", equals) ? equals + 2 : equals + 1;
    return new Requirement(part.substring(0, equals), unescaped(part.substring(value)), true);
  }

  private static List<String> split(String text) {
    var parts = new ArrayList<String>();
    var start = 0;
    for (var i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == ',') {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static String unescaped(String value) {
    if (value.indexOf('\\') < 0) {
      return value;
    }
    var text = new StringBuilder();
    for (var at = 0; at < value.length(); at++) {
      if (value.charAt(at) == '\\') {
        var escape = value.substring(at, Math.min(value.length(), at + 2));
        if (!ESCAPES.contains(escape)) {
          throw ApiException.badRequest(
              "invalid field selector: invalid escape sequence: " + escape);
        }
        at++;
      }
      text.append(value.charAt(at));
    }
    return text.toString();
  }

  private static String value(StoredObject object, String path) {
    for (var name : path.split("\\|", -1)) {
      var value = object.scalar(List.of(name.split("\\.", -1)));
      if (value.isPresent() && !value.get().isEmpty()) {
        return value.get();
      }
    }
    return assumed(path);
  }

  /** What a field that is not there is taken for. */
  private static String assumed(String path) {
    return switch (path) {
      case "spec.unschedulable", "spec.hostNetwork" -> "false";
      case "status.replicas", "status.successful" -> "0";
      default -> "";
    };
  }
}
