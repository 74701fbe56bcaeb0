package dev.nauarch.apiserver.flowcontrol;

import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.request.Response;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** A flow schema at its level. */
final class Flow {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final ObjectNode schema;
  private final String name;
  private final Level level;
  private final String method;
  private final List<Response.Header> headers;

  private final FlowStats stats;

  Flow(ObjectNode schema, Level level, FlowStats stats) {
    this.schema = schema;
    this.name = FlowObjects.name(schema);
    this.level = level;
    this.stats = stats;
    this.method = schema.at("/spec/distinguisherMethod/type").asString("");
    this.headers =
        List.of(
            new Response.Header("X-Kubernetes-PF-FlowSchema-UID", uid(schema), true),
            new Response.Header("X-Kubernetes-PF-PriorityLevel-UID", level.uid(), true));
  }

  private static String uid(ObjectNode object) {
    return object.at("/metadata/uid").asString("");
  }

  /** Whether its level is still the object that its answers name. */
  boolean isCurrent() {
    return headers.getLast().value().equals(level.uid());
  }

  ObjectNode schema() {
    return schema;
  }

  String name() {
    return name;
  }

  Level level() {
    return level;
  }

  FlowStats stats() {
    return stats;
  }

  /** What answers say of it. */
  List<Response.Header> headers() {
    return headers;
  }

  /** What tells its flows apart: a user, a namespace, or nothing. */
  String distinguisher(User user, Attributes wanted) {
    return switch (method) {
      case "ByUser" -> user.name();
      case "ByNamespace" -> wanted.namespace();
      default -> "";
    };
  }

  /** The number of one of its flows: equal for equal flows, and mostly different for others. */
  long number(String distinguisher) {
    var hash = hashed(FNV_OFFSET, name);
    hash = (hash ^ '\u0000') * FNV_PRIME;
    hash = hashed(hash, distinguisher);
    // The low bits, which choose the first queue, get something of all others.
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }

  private static long hashed(long hash, String text) {
    var result = hash;
    for (var i = 0; i < text.length(); i++) {
      result = (result ^ text.charAt(i)) * FNV_PRIME;
    }
    return result;
  }
}
