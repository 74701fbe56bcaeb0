package dev.nauarch.apiserver.apply;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The served versions of one kind, as far as ownership needs them: a manager owns fields of the
 * version that it wrote, and an object may be written in another.
 */
public interface Versions {

  /** The schema of a version; empty when it is no longer served. */
  Optional<Schema> schema(String apiVersion);

  /** The object in a served version. */
  ObjectNode convert(ObjectNode object, String apiVersion);

  /** A kind that is served in one version only. */
  static Versions only(Kind kind) {
    return new Versions() {
      @Override
      public Optional<Schema> schema(String apiVersion) {
        return apiVersion.equals(kind.apiVersion()) ? Optional.of(kind.schema()) : Optional.empty();
      }

      @Override
      public ObjectNode convert(ObjectNode object, String apiVersion) {
        return object;
      }
    };
  }
}
