package dev.nauarch.apiserver.openapi;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The OpenAPI v3 documents of one catalog: an index, and one document for each group and version. A
 * document is made when it is first asked for. Make a new one when the catalog changes. May be
 * called from any thread.
 */
public final class OpenApi {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /**
   * A document and its fingerprint.
   *
   * @param bytes the document as JSON
   * @param hash what changes when the document does
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Document(byte[] bytes, String hash) {}

  private final Catalog catalog;
  private final String version;
  private final Map<String, List<Kind>> kindsByPath = new TreeMap<>();
  private final Map<String, Document> documents = new ConcurrentHashMap<>();

  /**
   * The documents of a catalog.
   *
   * @param version the server's version, for example {@code v1.37.0}
   */
  public OpenApi(Catalog catalog, String version) {
    this.catalog = catalog;
    this.version = version;
    for (var kind : catalog.kinds()) {
      kindsByPath.computeIfAbsent(path(kind), path -> new ArrayList<>()).add(kind);
    }
  }

  /** The answer to {@code /openapi/v3}. */
  public ObjectNode index() {
    var index = NODES.objectNode();
    var paths = index.putObject("paths");
    for (var path : kindsByPath.keySet()) {
      var hash = document(path).map(Document::hash).orElse("");
      paths.putObject(path).put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + hash);
    }
    return index;
  }

  /**
   * The document of one group and version.
   *
   * @param path for example {@code api/v1}, {@code apis/apps/v1}
   * @return empty for one that is not served
   */
  public Optional<Document> document(String path) {
    var kinds = kindsByPath.get(path);
    return kinds == null
        ? Optional.empty()
        : Optional.of(documents.computeIfAbsent(path, key -> make(kinds)));
  }

  private Document make(List<Kind> kinds) {
    var document = NODES.objectNode().put("openapi", "3.0.0");
    document.putObject("info").put("title", "Kubernetes").put("version", version);
    var components = new Components(catalog);
    var paths = document.putObject("paths");
    for (var kind : kinds) {
      new Paths(kind, components).addTo(paths);
    }
    document.putObject("components").set("schemas", components.toJson());
    var bytes = document.toString().getBytes(StandardCharsets.UTF_8);
    return new Document(bytes, hash(bytes));
  }

  private static String path(Kind kind) {
    return kind.group().isEmpty()
        ? "api/" + kind.version()
        : "apis/" + kind.group() + "/" + kind.version();
  }

  private static String hash(byte[] bytes) {
    try {
      var digest = MessageDigest.getInstance("SHA-512").digest(bytes);
      return HexFormat.of().withUpperCase().formatHex(digest);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }
}
