package dev.nauarch.api.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * The definitions that kinds are made of, by OpenAPI name. The file is split into lines at the
 * start; a line is parsed when somebody first asks for its definition, since a server that has just
 * started needs few of them.
 */
final class Definitions {

  static final String LIST_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

  private static final JsonMapper JSON = JsonMapper.shared();

  private record Line(int start, int end) {}

  private final byte[] file;
  private final Map<String, Line> lines = new HashMap<>();
  private final Map<String, Schema> schemas = new ConcurrentHashMap<>();
  private final KubernetesVersion version;
  private final Schema apiVersion = text("The group and version of the kind, for example apps/v1.");
  private final Schema kind = text("The kind, for example Pod.");

  private Definitions(byte[] file, KubernetesVersion version) {
    this.file = file;
    this.version = version;
    var start = 0;
    for (int position = 0, nameEnd = -1; position < file.length; position++) {
      if (file[position] == '\t' && nameEnd < 0) {
        nameEnd = position;
      } else if (file[position] == '\n') {
        var name = new String(file, start, nameEnd - start, StandardCharsets.UTF_8);
        lines.put(name, new Line(nameEnd + 1, position));
        start = position + 1;
        nameEnd = -1;
      }
    }
  }

  /** Reads the file that the build made. */
  static Definitions read(KubernetesVersion version) {
    return new Definitions(resource("definitions"), version);
  }

  static byte[] resource(String name) {
    try (var stream = Definitions.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the build did not make the catalog's " + name);
      }
      return stream.readAllBytes();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The definition of this name; the same object each time. */
  Optional<Schema> find(String name) {
    var known = schemas.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    var line = lines.get(name);
    if (line == null) {
      return Optional.empty();
    }
    var json = JSON.readTree(file, line.start(), line.end() - line.start());
    var schema = new DefinitionReader(this, version).definition(name, json);
    var earlier = schemas.putIfAbsent(name, schema);
    return Optional.of(earlier == null ? schema : earlier);
  }

  /** The definition of this name, which the generator has seen. */
  Schema require(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalStateException("the catalog has no definition " + name));
  }

  Schema apiVersion() {
    return apiVersion;
  }

  Schema kind() {
    return kind;
  }

  private static Schema text(String description) {
    return Schema.builder(Schema.Type.STRING).description(description).build();
  }
}
