package dev.nauarch.api.catalog;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * All kinds that a server serves at one moment, and the definitions that they are made of.
 * Immutable: a custom resource that comes or goes makes a new catalog.
 */
public final class Catalog {

  private record Key(String group, String version, String name) {}

  private final Definitions definitions;
  private final Map<Key, Kind> byPlural = new LinkedHashMap<>();
  private final Map<Key, Kind> byKind = new LinkedHashMap<>();

  private Catalog(Definitions definitions, Collection<Kind> kinds) {
    this.definitions = definitions;
    for (var kind : kinds) {
      byPlural.put(new Key(kind.group(), kind.version(), kind.names().plural()), kind);
      byKind.put(new Key(kind.group(), kind.version(), kind.kind()), kind);
    }
  }

  /**
   * The kinds and fields that this build has at a version of Kubernetes.
   *
   * @param emulatedVersion as {@code major.minor}, see {@link KubernetesVersion}
   * @throws IllegalArgumentException when this build can't serve it
   */
  public static Catalog builtIn(String emulatedVersion) {
    var version = KubernetesVersion.emulated(emulatedVersion);
    var definitions = Definitions.read(version);
    return new Catalog(definitions, KindReader.read(definitions, version));
  }

  /** The kind whose objects have this plural in URLs. */
  public Optional<Kind> find(String group, String version, String plural) {
    return Optional.ofNullable(byPlural.get(new Key(group, version, plural)));
  }

  /** The kind of this name. */
  public Optional<Kind> findKind(String group, String version, String kind) {
    return Optional.ofNullable(byKind.get(new Key(group, version, kind)));
  }

  /** The kind of this name, by the {@code apiVersion} that its objects carry. */
  public Optional<Kind> findKind(String apiVersion, String kind) {
    var slash = apiVersion.indexOf('/');
    return slash < 0
        ? findKind("", apiVersion, kind)
        : findKind(apiVersion.substring(0, slash), apiVersion.substring(slash + 1), kind);
  }

  /** All kinds, in the order of the catalog: built-in ones first. */
  public Collection<Kind> kinds() {
    return Collections.unmodifiableCollection(byKind.values());
  }

  /**
   * A definition by its OpenAPI name, for what is sent and is no kind, for example {@code
   * io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions}.
   */
  public Optional<Schema> definition(String name) {
    return definitions.find(name);
  }

  /**
   * The form of anything that is sent: of a kind that is served, or of a definition of that name.
   */
  public Optional<Schema> form(String group, String version, String name) {
    var kind = findKind(group, version, name);
    if (kind.isPresent()) {
      return kind.map(Kind::schema);
    }
    var dot = group.indexOf('.');
    var head = group.isEmpty() ? "core" : group.substring(0, dot < 0 ? group.length() : dot);
    var ofGroup = definition("io.k8s.api." + head + "." + version + "." + name);
    // What every group shares calls itself v1 or meta.k8s.io/v1.
    var isShared = group.isEmpty() || group.equals("meta.k8s.io");
    return ofGroup.isPresent() || !isShared
        ? ofGroup
        : definition("io.k8s.apimachinery.pkg.apis.meta." + version + "." + name);
  }

  /** The same by the {@code apiVersion} that is sent with it. */
  public Optional<Schema> form(String apiVersion, String name) {
    var slash = apiVersion.indexOf('/');
    return slash < 0
        ? form("", apiVersion, name)
        : form(apiVersion.substring(0, slash), apiVersion.substring(slash + 1), name);
  }

  /** The schema of a list of a kind's objects. */
  public Schema list(Kind kind) {
    return Schema.builder(Schema.Type.OBJECT)
        .definition(kind.schema().definition() + "List")
        .description("A list of objects of the kind " + kind.kind() + ".")
        .property("apiVersion", definitions::apiVersion)
        .property("kind", definitions::kind)
        .property("metadata", () -> definitions.require(Definitions.LIST_META))
        .fieldNumber("metadata", 1)
        .property(
            "items",
            () ->
                Schema.builder(Schema.Type.ARRAY)
                    .description("The objects.")
                    .items(kind::schema)
                    .build())
        .fieldNumber("items", 2)
        .required(java.util.List.of("items"))
        .build();
  }

  /** A catalog with these kinds too; a kind that is there already is replaced. */
  public Catalog with(Kind... added) {
    var kinds = new LinkedHashMap<>(byKind);
    for (var kind : added) {
      kinds.put(new Key(kind.group(), kind.version(), kind.kind()), kind);
    }
    return new Catalog(definitions, kinds.values());
  }

  /** A catalog without these kinds. */
  public Catalog without(Kind... removed) {
    return without(Arrays.asList(removed)::contains);
  }

  /** A catalog without the kinds that the test is true of. */
  public Catalog without(Predicate<Kind> test) {
    return new Catalog(definitions, byKind.values().stream().filter(test.negate()).toList());
  }
}
