package dev.nauarch.apiserver.port;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import java.util.List;

/** Kinds without a schema, for tests of what does not look at schemas. */
public final class TestKinds {

  private TestKinds() {}

  /** A kind; {@code apiVersion} is as in objects, for example {@code batch/v1}. */
  public static Kind kind(String apiVersion, String kind, String plural, boolean namespaced) {
    int slash = apiVersion.indexOf('/');
    return new Kind(
        slash < 0 ? "" : apiVersion.substring(0, slash),
        apiVersion.substring(slash + 1),
        kind,
        new Kind.Names(plural, "", kind + "List", List.of(), List.of()),
        namespaced,
        Kind.ALL_VERBS,
        List.of(),
        List.of(),
        Schema.builder(Schema.Type.OBJECT).build(),
        List.of(),
        "",
        "",
        false,
        false);
  }
}
