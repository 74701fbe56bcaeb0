package dev.nauarch.build.catalog;

import java.util.Set;

/**
 * How a definition writes a type: a scalar ({@code string}), a definition's name, a list of a type
 * ({@code []string}), a map of strings to a type ({@code {}string}).
 */
final class TypeName {

  private static final Set<String> SCALARS =
      Set.of("string", "bytes", "int32", "int64", "double", "bool", "object", "any");

  private TypeName() {}

  static boolean isScalar(String type) {
    return SCALARS.contains(type);
  }

  /** What a list or map holds at its leaves; the type itself for any other. */
  static String leaf(String type) {
    return type.startsWith("[]") || type.startsWith("{}") ? leaf(type.substring(2)) : type;
  }

  /** A type with its leaf replaced. */
  static String withLeaf(String type, String leaf) {
    return type.substring(0, type.length() - leaf(type).length()) + leaf;
  }

  /** A type as protobuf writes it, for example {@code repeated .k8s.io.api.core.v1.Container}. */
  static String ofProto(String type) {
    if (type.startsWith("optional ")) {
      return ofProto(type.substring("optional ".length()));
    }
    if (type.startsWith("repeated ")) {
      return "[]" + ofProto(type.substring("repeated ".length()));
    }
    if (type.startsWith("map<string, ")) {
      return "{}" + ofProto(type.substring("map<string, ".length(), type.length() - 1));
    }
    return type.startsWith(".") ? definitionOf(type.substring(1)) : type;
  }

  /** The OpenAPI name of a protobuf message. */
  static String definitionOf(String message) {
    return message.startsWith("k8s.io.")
        ? "io.k8s." + message.substring("k8s.io.".length()).replace('_', '-')
        : message;
  }
}
