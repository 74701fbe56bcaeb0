package dev.nauarch.apiserver.aggregation;

import dev.nauarch.apiserver.object.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * The document of OpenAPI v2 with what other servers' documents say of their groups. A server is
 * asked for its document when somebody wants the whole one, and again when what it serves has
 * changed. May be called from any thread.
 */
final class MergedSwagger {

  private static final int DOCUMENT_BYTES_MAX = 32 * 1024 * 1024;

  private final ExtensionServers servers;
  private final Map<String, Part> parts = new ConcurrentHashMap<>();

  /** What a server's document had, and what the server served then. */
  private record Part(Found found, ObjectNode document) {

    boolean isOf(Found now) {
      return found.resources().equals(now.resources()) && found.openApi().equals(now.openApi());
    }
  }

  MergedSwagger(ExtensionServers servers) {
    this.servers = servers;
  }

  /** The documents of those servers that have one. */
  List<ObjectNode> documents(ServiceTable table) {
    parts.keySet().retainAll(table.remotes().stream().map(ApiService::key).toList());
    var documents = new ArrayList<ObjectNode>();
    for (var remote : table.remotes()) {
      document(remote, table.found(remote)).ifPresent(documents::add);
    }
    return documents;
  }

  private Optional<ObjectNode> document(ApiService remote, Found now) {
    var known = parts.get(remote.key());
    var isSilent = !remote.isAvailable() || now.isStale();
    if (known == null ? isSilent : isSilent || known.isOf(now)) {
      return Optional.ofNullable(known).map(Part::document);
    }
    var document = ask(remote);
    document.ifPresent(each -> parts.put(remote.key(), new Part(now, each)));
    return document;
  }

  /** What a server says of the version of a group that it is asked for. */
  private Optional<ObjectNode> ask(ApiService remote) {
    var backing = remote.backing().orElseThrow();
    try (var exchange = servers.ask(backing, "/openapi/v2", "application/json")) {
      if (exchange.head().status() != 200) {
        return Optional.empty();
      }
      return Json.parse(exchange.body().readNBytes(DOCUMENT_BYTES_MAX))
          .map(document -> trimmed(document, remote.path()));
    } catch (IOException e) {
      // It answers all else: its group is missing from the document until it answers this.
      return Optional.empty();
    }
  }

  private static ObjectNode trimmed(ObjectNode document, String root) {
    var trimmed = Json.object();
    var paths = trimmed.putObject("paths");
    for (var path : document.path("paths").properties()) {
      if (path.getKey().startsWith(root + "/")) {
        paths.set(path.getKey(), path.getValue());
      }
    }
    trimmed.set("definitions", Json.child(document, "definitions"));
    return trimmed;
  }

  /** This server's own document with those of others; where both define a type, its own stays. */
  static ObjectNode merged(ObjectNode own, List<ObjectNode> others) {
    for (var other : others) {
      for (var part : List.of("paths", "definitions")) {
        var all = Json.childOf(own, part);
        for (var each : other.path(part).properties()) {
          if (!all.has(each.getKey())) {
            all.set(each.getKey(), each.getValue());
          }
        }
      }
    }
    return own;
  }
}
