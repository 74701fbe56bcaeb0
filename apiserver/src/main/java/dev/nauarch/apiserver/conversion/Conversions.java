package dev.nauarch.apiserver.conversion;

import dev.nauarch.api.catalog.Kind;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * The conversions of the built-in kinds that the catalog says are stored as another one ({@code
 * storedAs}). All other versions of a kind differ by their apiVersion alone.
 */
public final class Conversions {

  private static final Map<String, Conversion> BY_KIND =
      Map.of(
          "events.k8s.io/v1/Event", new EventConversion(),
          "autoscaling/v1/HorizontalPodAutoscaler", new AutoscalerConversion());

  private static final Conversion NONE =
      new Conversion() {
        @Override
        public void toStored(ObjectNode object) {}

        @Override
        public void toServed(ObjectNode object) {}
      };

  private Conversions() {}

  /** Whether objects of a kind are stored as those of another. */
  public static boolean isConverted(Kind kind) {
    return !kind.storedAs().isEmpty();
  }

  /** How objects of a kind become what is stored. */
  public static Conversion of(Kind kind) {
    if (!isConverted(kind)) {
      return NONE;
    }
    var conversion = BY_KIND.get(kind.apiVersion() + "/" + kind.kind());
    if (conversion == null) {
      throw new IllegalStateException(
          kind.apiVersion() + " " + kind.kind() + " is stored as another, and nobody converts it");
    }
    return conversion;
  }

  /** The apiVersion under which objects of a kind are stored. */
  public static String storedVersion(Kind kind) {
    return isConverted(kind)
        ? kind.storedAs().substring(0, kind.storedAs().lastIndexOf('/'))
        : kind.apiVersion();
  }

  /** The group under whose keys objects of a kind are stored; empty for core. */
  public static String storedGroup(Kind kind) {
    if (!isConverted(kind)) {
      return kind.group();
    }
    var version = storedVersion(kind);
    int slash = version.indexOf('/');
    return slash < 0 ? "" : version.substring(0, slash);
  }

  /** An object of one version as one of another version of the same stored kind; a new tree. */
  public static ObjectNode convert(ObjectNode object, Kind from, Kind to) {
    var converted = object.deepCopy();
    if (!from.apiVersion().equals(to.apiVersion())) {
      of(from).toStored(converted);
      of(to).toServed(converted);
      converted.put("apiVersion", to.apiVersion());
    }
    return converted;
  }
}
