package dev.nauarch.apiserver.discovery;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.conversion.Conversions;
import dev.nauarch.apiserver.object.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The discovery documents of one catalog: the aggregated form ({@code APIGroupDiscoveryList}) and
 * the older one ({@code APIVersions}, {@code APIGroupList}, {@code APIGroup}, {@code
 * APIResourceList}). Make a new one when the catalog changes.
 */
public final class Discovery {

  /** What a client names in {@code Accept} to get the aggregated form, and what it is answered. */
  public static final String AGGREGATED_MEDIA_TYPE =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Kinds by version, the preferred version first, by group. */
  private final Map<String, Map<String, List<Kind>>> kindsByVersionByGroup = new LinkedHashMap<>();

  private volatile @Nullable Document ofCore;
  private volatile @Nullable Document ofGroups;

  private final Function<Kind, Optional<String>> storedVersion;

  /**
   * The documents of a catalog.
   *
   * @param storedVersion the apiVersion in which the objects of a kind are stored; empty where
   *     every version of it is stored as the preferred one looks
   */
  public Discovery(Catalog catalog, Function<Kind, Optional<String>> storedVersion) {
    this.storedVersion = storedVersion;
    var sorted = new ArrayList<>(catalog.kinds());
    sorted.sort(
        Comparator.comparing(Kind::group)
            .thenComparing(Kind::version, ApiVersions.PREFERRED_FIRST)
            .thenComparing(kind -> kind.names().plural()));
    for (var kind : sorted) {
      kindsByVersionByGroup
          .computeIfAbsent(kind.group(), group -> new LinkedHashMap<>())
          .computeIfAbsent(kind.version(), version -> new ArrayList<>())
          .add(kind);
    }
  }

  /**
   * An aggregated document.
   *
   * @param json the document
   * @param etag an opaque word that changes when the document does
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Document(byte[] json, String etag) {}

  /** The answer to {@code /api} or {@code /apis} in the aggregated form. */
  public Document aggregated(boolean isCore) {
    // Clients ask for it at each of their starts; two threads may both make it, and make the same.
    var known = isCore ? ofCore : ofGroups;
    if (known == null) {
      var bytes = Json.write(aggregatedTree(isCore));
      known = new Document(bytes, etag(bytes));
      if (isCore) {
        ofCore = known;
      } else {
        ofGroups = known;
      }
    }
    return known;
  }

  private ObjectNode aggregatedTree(boolean isCore) {
    var document = typed("apidiscovery.k8s.io/v2", "APIGroupDiscoveryList");
    document.putObject("metadata");
    var items = document.putArray("items");
    for (var group : kindsByVersionByGroup.entrySet()) {
      if (group.getKey().isEmpty() == isCore) {
        var item = items.addObject();
        var metadata = item.putObject("metadata");
        if (!isCore) {
          metadata.put("name", group.getKey());
        }
        metadata.putNull("creationTimestamp");
        var versions = item.putArray("versions");
        for (var version : group.getValue().entrySet()) {
          var entry = versions.addObject();
          entry.put("version", version.getKey());
          var resources = entry.putArray("resources");
          version.getValue().forEach(kind -> resources.add(aggregated(kind)));
          entry.put("freshness", "Current");
        }
      }
    }
    return document;
  }

  private static String etag(byte[] document) {
    try {
      var digest = MessageDigest.getInstance("SHA-512");
      return HexFormat.of().withUpperCase().formatHex(digest.digest(document));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  /**
   * The answer to {@code /api}.
   *
   * @param address host and port that clients reach the server at
   */
  public ObjectNode apiVersions(String address) {
    var document = NODES.objectNode().put("kind", "APIVersions");
    var versions = document.putArray("versions");
    kindsByVersionByGroup.getOrDefault("", Map.of()).keySet().forEach(versions::add);
    document
        .putArray("serverAddressByClientCIDRs")
        .addObject()
        .put("clientCIDR", "0.0.0.0/0")
        .put("serverAddress", address);
    return document;
  }

  /** The answer to {@code /apis}. */
  public ObjectNode groups() {
    var document = typed("v1", "APIGroupList");
    var groups = document.putArray("groups");
    for (var group : kindsByVersionByGroup.keySet()) {
      if (!group.isEmpty()) {
        groups.add(fillGroup(NODES.objectNode(), group));
      }
    }
    return document;
  }

  /** The answer to {@code /apis/GROUP}; empty for a group that is not served. */
  public Optional<ObjectNode> group(String group) {
    return kindsByVersionByGroup.containsKey(group) && !group.isEmpty()
        ? Optional.of(fillGroup(typed("v1", "APIGroup"), group))
        : Optional.empty();
  }

  /** The answer to {@code /apis/GROUP/VERSION}; empty for one that is not served. */
  public Optional<ObjectNode> resources(String group, String version) {
    var kinds = kindsByVersionByGroup.getOrDefault(group, Map.of()).get(version);
    if (kinds == null) {
      return Optional.empty();
    }
    var document = typed("v1", "APIResourceList");
    document.put("groupVersion", group.isEmpty() ? version : group + "/" + version);
    var resources = document.putArray("resources");
    for (var kind : kinds) {
      addResource(resources, kind);
    }
    return Optional.of(document);
  }

  private ObjectNode fillGroup(ObjectNode document, String group) {
    document.put("name", group);
    var versions = document.putArray("versions");
    for (var version : kindsByVersionByGroup.getOrDefault(group, Map.of()).keySet()) {
      versions.addObject().put("groupVersion", group + "/" + version).put("version", version);
    }
    document.set("preferredVersion", versions.path(0).deepCopy());
    return document;
  }

  private void addResource(ArrayNode resources, Kind kind) {
    var resource =
        resources
            .addObject()
            .put("name", kind.names().plural())
            .put("singularName", kind.names().singular())
            .put("namespaced", kind.namespaced())
            .put("kind", kind.kind());
    addAll(resource.putArray("verbs"), kind.verbs());
    if (!kind.names().shortNames().isEmpty()) {
      addAll(resource.putArray("shortNames"), kind.names().shortNames());
    }
    if (!kind.names().categories().isEmpty()) {
      addAll(resource.putArray("categories"), kind.names().categories());
    }
    // What is stored can be watched; the rest are questions and views.
    if (kind.verbs().contains("watch")) {
      resource.put("storageVersionHash", StorageVersionHash.of(storedVersion(kind), kind.kind()));
    }
    for (var subresource : kind.subresources()) {
      var entry =
          resources
              .addObject()
              .put("name", kind.names().plural() + "/" + subresource.name())
              .put("singularName", "")
              .put("namespaced", kind.namespaced());
      if (!subresource.group().equals(kind.group())
          || !subresource.version().equals(kind.version())) {
        entry.put("group", subresource.group()).put("version", subresource.version());
      }
      entry.put("kind", subresource.kind());
      addAll(entry.putArray("verbs"), subresource.verbs());
    }
  }

  private String storedVersion(Kind kind) {
    return storedVersion
        .apply(kind)
        .orElseGet(
            () ->
                kindsByVersionByGroup.getOrDefault(kind.group(), Map.of()).values().stream()
                    .flatMap(List::stream)
                    .filter(other -> other.names().plural().equals(kind.names().plural()))
                    .findFirst()
                    .map(Conversions::storedVersion)
                    .orElseGet(kind::apiVersion));
  }

  private static ObjectNode aggregated(Kind kind) {
    var resource = NODES.objectNode().put("resource", kind.names().plural());
    resource.set("responseKind", responseKind(kind.group(), kind.version(), kind.kind()));
    resource.put("scope", kind.namespaced() ? "Namespaced" : "Cluster");
    resource.put("singularResource", kind.names().singular());
    addAll(resource.putArray("verbs"), kind.verbs());
    if (!kind.names().shortNames().isEmpty()) {
      addAll(resource.putArray("shortNames"), kind.names().shortNames());
    }
    if (!kind.names().categories().isEmpty()) {
      addAll(resource.putArray("categories"), kind.names().categories());
    }
    if (!kind.subresources().isEmpty()) {
      var subresources = resource.putArray("subresources");
      for (var subresource : kind.subresources()) {
        var entry = subresources.addObject().put("subresource", subresource.name());
        entry.set(
            "responseKind",
            responseKind(subresource.group(), subresource.version(), subresource.kind()));
        addAll(entry.putArray("verbs"), subresource.verbs());
      }
    }
    return resource;
  }

  private static ObjectNode responseKind(String group, String version, String kind) {
    return NODES.objectNode().put("group", group).put("version", version).put("kind", kind);
  }

  private static void addAll(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }

  private static ObjectNode typed(String apiVersion, String kind) {
    return NODES.objectNode().put("kind", kind).put("apiVersion", apiVersion);
  }
}
