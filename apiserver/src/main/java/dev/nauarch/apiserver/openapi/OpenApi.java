package dev.nauarch.apiserver.openapi;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import java.lang.ref.SoftReference;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The OpenAPI documents of one catalog: of version 3 an index, and one document for each group and
 * version; of version 2 one for everything. A document is made when it is first asked for, and may
 * be forgotten while memory is short. Make a new one when the catalog changes. May be called from
 * any thread.
 */
public final class OpenApi {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /**
   * A document and its fingerprint.
   *
   * @param json the document
   * @param hash what changes when the document does
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Document(byte[] json, String hash) {}

  /** A document of one group and version that may have to be made again. */
  private static final class Kept {
    private final List<Kind> kinds;
    private volatile String hash = "";
    private volatile SoftReference<Document> document = new SoftReference<>(null);

    Kept(List<Kind> kinds) {
      this.kinds = kinds;
    }
  }

  private final Catalog catalog;
  private final String version;
  private final Map<String, Kept> keptByPath = new TreeMap<>();
  private volatile SoftReference<Document> swagger = new SoftReference<>(null);

  /**
   * The documents of a catalog.
   *
   * @param version the server's version, for example {@code v1.37.0}
   */
  public OpenApi(Catalog catalog, String version) {
    this.catalog = catalog;
    this.version = version;
    var kindsByPath = new TreeMap<String, List<Kind>>();
    for (var kind : catalog.kinds()) {
      kindsByPath.computeIfAbsent(path(kind), path -> new ArrayList<>()).add(kind);
    }
    kindsByPath.forEach((path, kinds) -> keptByPath.put(path, new Kept(kinds)));
  }

  /** The documents of a later catalog, which keeps those of these that have not changed. */
  public OpenApi next(Catalog later) {
    var next = new OpenApi(later, version);
    for (var entry : next.keptByPath.entrySet()) {
      var known = keptByPath.get(entry.getKey());
      if (known != null && known.kinds.equals(entry.getValue().kinds)) {
        entry.setValue(known);
      }
    }
    return next;
  }

  /** The answer to {@code /openapi/v3}. */
  public Document index() {
    var index = NODES.objectNode();
    var paths = index.putObject("paths");
    for (var entry : keptByPath.entrySet()) {
      paths.putObject(entry.getKey()).put("serverRelativeURL", url(entry.getKey(), hash(entry)));
    }
    return written(index);
  }

  /** Where a document is that has a hash, below the server's root. */
  public static String url(String path, String hash) {
    return "/openapi/v3/" + path + "?hash=" + hash;
  }

  /**
   * The document of one group and version.
   *
   * @param path for example {@code api/v1}, {@code apis/apps/v1}
   * @return empty for one that is not served
   */
  public Optional<Document> document(String path) {
    return Optional.ofNullable(keptByPath.get(path)).map(this::document);
  }

  /** The document of version 2. */
  public Document swagger() {
    var known = swagger.get();
    if (known == null) {
      var all = new Swagger(version);
      keptByPath.values().forEach(kept -> all.add(make(kept.kinds)));
      known = written(all.toJson());
      swagger = new SoftReference<>(known);
    }
    return known;
  }

  /** A document of version 3 as protobuf. */
  public static byte[] protobuf(Document document) {
    return Messages.V3.document(JsonMapper.shared().readTree(document.json));
  }

  /** The document of version 2 as protobuf. */
  public static byte[] swaggerProtobuf(Document document) {
    return Messages.V2.document(JsonMapper.shared().readTree(document.json));
  }

  private String hash(Map.Entry<String, Kept> entry) {
    var known = entry.getValue().hash;
    return known.isEmpty() ? document(entry.getValue()).hash : known;
  }

  private Document document(Kept kept) {
    var known = kept.document.get();
    if (known == null) {
      // Two threads may both make it; the documents are the same.
      known = written(make(kept.kinds));
      kept.document = new SoftReference<>(known);
      kept.hash = known.hash;
    }
    return known;
  }

  private ObjectNode make(List<Kind> kinds) {
    var document = NODES.objectNode().put("openapi", "3.0.0");
    document.putObject("info").put("title", "Kubernetes").put("version", version);
    var components = new Components(catalog);
    var paths = document.putObject("paths");
    for (var kind : kinds) {
      new Paths(catalog, kind, components).addTo(paths);
    }
    var parts = document.putObject("components");
    parts.set("schemas", components.toJson());
    parts
        .putObject("securitySchemes")
        .putObject("BearerToken")
        .put("type", "apiKey")
        .put("description", "A bearer token.")
        .put("name", "authorization")
        .put("in", "header");
    document.putArray("security").addObject().putArray("BearerToken");
    return document;
  }

  private static Document written(ObjectNode json) {
    var bytes = Json.write(json);
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
