package dev.nauarch.reconcile.autoscale;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Reading;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Tree;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.fabric8.kubernetes.api.model.autoscaling.v2.CrossVersionObjectReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What is scaled, of any kind that has a scale.
 *
 * @param resource its kind
 * @param specReplicas how many pods it is to have
 * @param statusReplicas how many it has
 * @param selector which pods they are, in text form; empty where the scale does not say
 */
public record ScaleTarget(
    Resource<PartialObjectMetadata> resource,
    int specReplicas,
    int statusReplicas,
    String selector) {

  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final int BYTE = 0xff;

  /**
   * Finds what a reference means, in whichever version of its group has a scale.
   *
   * @throws MetricFault there is no such kind, no such object, or it has no scale
   */
  static ScaleTarget find(Snapshot world, String namespace, CrossVersionObjectReference reference)
      throws MetricFault {
    var key = new ObjectKey(namespace, reference.getName());
    MetricFault first = null;
    for (var resource : kinds(world, reference)) {
      try {
        return read(world, resource, key);
      } catch (MetricFault e) {
        first = first == null ? e : first;
      }
    }
    throw first == null ? new MetricFault("unrecognized resource") : first;
  }

  private static ScaleTarget read(
      Snapshot world, Resource<PartialObjectMetadata> resource, ObjectKey key) throws MetricFault {
    var path = resource.path(key.namespace()) + "/" + encoded(key.name()) + "/scale";
    return switch (world.read(path)) {
      case Reading.Found(var scale) ->
          new ScaleTarget(
              resource,
              (int) scale.at("spec", "replicas").number(),
              (int) scale.at("status", "replicas").number(),
              scale.at("status", "selector").text());
      case Reading.Failed(var why) -> throw new MetricFault(why);
    };
  }

  /**
   * The versions of a kind, the one that its group prefers first.
   *
   * @throws MetricFault there is none
   */
  public static List<Resource<PartialObjectMetadata>> kinds(
      Snapshot world, CrossVersionObjectReference reference) throws MetricFault {
    var group = Owners.group(orEmpty(reference.getApiVersion()));
    var kinds = new ArrayList<Resource<PartialObjectMetadata>>();
    for (var version : versions(world, group)) {
      var root = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
      if (world.read(root) instanceof Reading.Found(var list)) {
        for (var each : list.at("resources").items()) {
          var plural = each.at("name").text();
          if (each.at("kind").text().equals(reference.getKind()) && !plural.contains("/")) {
            kinds.add(
                new Resource<>(
                    group,
                    version,
                    plural,
                    reference.getKind(),
                    each.at("namespaced").isTrue(),
                    PartialObjectMetadata.class));
          }
        }
      }
    }
    if (kinds.isEmpty()) {
      throw new MetricFault(
          "no matches for kind \"%s\" in group \"%s\"".formatted(reference.getKind(), group));
    }
    return kinds;
  }

  private static String orEmpty(@org.jspecify.annotations.Nullable String text) {
    return text == null ? "" : text;
  }

  /** The versions of a group that are served, the preferred one first. */
  static List<String> versions(Snapshot world, String group) {
    if (group.isEmpty()) {
      return List.of("v1");
    }
    return world.read("/apis/" + encoded(group)) instanceof Reading.Found(var document)
        ? versions(document)
        : List.of();
  }

  private static List<String> versions(Tree group) {
    var versions = new ArrayList<String>();
    var preferred = group.at("preferredVersion", "version").text();
    if (!preferred.isEmpty()) {
      versions.add(preferred);
    }
    for (var each : group.at("versions").items()) {
      var version = each.at("version").text();
      if (!version.equals(preferred)) {
        versions.add(version);
      }
    }
    return versions;
  }

  /** A text as a part of a path or query. */
  public static String encoded(String text) {
    var encoded = new StringBuilder();
    for (var each : text.getBytes(StandardCharsets.UTF_8)) {
      var letter = (char) (each & BYTE);
      if (UNRESERVED.indexOf(letter) >= 0) {
        encoded.append(letter);
      } else {
        encoded.append('%').append(HEX.toHexDigits(each));
      }
    }
    return encoded.toString();
  }
}
