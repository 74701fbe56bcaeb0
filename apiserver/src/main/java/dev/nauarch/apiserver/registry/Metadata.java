package dev.nauarch.apiserver.registry;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.Uids;
import dev.nauarch.apiserver.patch.JsonValues;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.node.ObjectNode;

/** The metadata that the server itself writes. */
public final class Metadata {

  private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
  private static final int SUFFIX_LENGTH = 5;
  private static final int NAME_MAX = 63;
  private static final List<String> CORE_KINDS_WITH_GENERATION =
      List.of("Pod", "ReplicationController", "PodTemplate");

  /** Kinds with a spec of which nobody counts the generations. */
  private static final Set<String> UNCOUNTED =
      Set.of(
          "coordination.k8s.io/Lease",
          "networking.k8s.io/IPAddress",
          "networking.k8s.io/ServiceCIDR");

  /** Why an object that was stored can't be created. */
  static final String STORED = "resourceVersion should not be set on objects to be created";

  private Metadata() {}

  static ObjectNode of(ObjectNode object) {
    return Json.childOf(object, "metadata");
  }

  static String name(ObjectNode object) {
    return Json.text(object, "metadata", "name");
  }

  /** Whether a write with this resourceVersion names none: it is left out, or 0. */
  static boolean isAny(String resourceVersion) {
    return resourceVersion.chars().allMatch(letter -> letter == '0');
  }

  /** Refuses what only an object that was stored can have. */
  static void requireUnstored(ObjectNode object) {
    if (!isAny(Json.text(object, "metadata", "resourceVersion"))) {
      throw ApiException.badRequest(STORED);
    }
  }

  /** Puts the request's namespace into the object, or refuses another one. */
  static void settleNamespace(ObjectNode object, Target target) {
    var metadata = of(object);
    var own = Json.text(metadata, "namespace");
    if (!target.kind().namespaced()) {
      metadata.remove("namespace");
    } else if (own.isEmpty()) {
      metadata.put("namespace", target.namespace());
    } else if (!own.equals(target.namespace())) {
      throw ApiException.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
  }

  /** Makes the metadata that a new object begins with. */
  static void begin(ObjectNode object, Kind kind, Instant now) {
    var metadata = of(object);
    for (var field :
        List.of("resourceVersion", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds")) {
      metadata.remove(field);
    }
    metadata.put("uid", Uids.next());
    metadata.put("creationTimestamp", timestamp(now));
    if (hasGeneration(kind)) {
      metadata.put("generation", 1);
    } else {
      metadata.remove("generation");
    }
  }

  /** A time as objects carry it. */
  public static String timestamp(Instant now) {
    return now.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** A name made of the prefix and five random letters. */
  static String generated(String prefix) {
    var head =
        prefix.length() > NAME_MAX - SUFFIX_LENGTH
            ? prefix.substring(0, NAME_MAX - SUFFIX_LENGTH)
            : prefix;
    var name = new StringBuilder(head);
    for (var i = 0; i < SUFFIX_LENGTH; i++) {
      var letter = ThreadLocalRandom.current().nextInt(SUFFIX_LETTERS.length());
      name.append(SUFFIX_LETTERS.charAt(letter));
    }
    return name.toString();
  }

  /** Gives an object that is to replace another the metadata that no client may change. */
  static void carryOver(ObjectNode object, ObjectNode old) {
    var metadata = of(object);
    var before = of(old);
    metadata.remove("selfLink");
    for (var field : List.of("creationTimestamp", "generation", "resourceVersion")) {
      carry(field, before, metadata);
    }
    if (Json.text(metadata, "uid").isEmpty()) {
      carry("uid", before, metadata);
    }
    if (before.has("deletionTimestamp")) {
      carry("deletionTimestamp", before, metadata);
    }
    if (before.has("deletionGracePeriodSeconds") && !metadata.has("deletionGracePeriodSeconds")) {
      carry("deletionGracePeriodSeconds", before, metadata);
    }
  }

  private static void carry(String field, ObjectNode from, ObjectNode to) {
    var value = from.get(field);
    if (value == null) {
      to.remove(field);
    } else {
      to.set(field, value);
    }
  }

  /** Counts the generation up where something else than metadata and status changed. */
  static void countGeneration(ObjectNode object, ObjectNode old, Kind kind) {
    if (!hasGeneration(kind)) {
      return;
    }
    var hasStatus = kind.subresource("status").isPresent();
    if (!sameExcept(object, old, hasStatus) || becameDeleted(object, old)) {
      var generation = of(old).path("generation").asLong(0);
      of(object).put("generation", generation + 1);
    }
  }

  static boolean isBeingDeleted(ObjectNode object) {
    return of(object).has("deletionTimestamp");
  }

  /** What must be done with before an object may go. */
  static List<String> finalizers(ObjectNode object, Kind kind) {
    var finalizers = texts(of(object), "finalizers");
    if (kind.kind().equals("Namespace") && kind.group().isEmpty()) {
      finalizers.addAll(texts(Json.child(object, "spec"), "finalizers"));
    }
    return finalizers;
  }

  static List<String> texts(ObjectNode object, String field) {
    var texts = new ArrayList<String>();
    if (object.get(field) != null) {
      object.get(field).forEach(item -> texts.add(item.asString()));
    }
    return texts;
  }

  static void setTexts(ObjectNode object, String field, List<String> texts) {
    if (texts.isEmpty()) {
      object.remove(field);
      return;
    }
    var items = object.putArray(field);
    texts.forEach(items::add);
  }

  private static boolean hasGeneration(Kind kind) {
    return kind.group().isEmpty()
        ? CORE_KINDS_WITH_GENERATION.contains(kind.kind())
        : kind.schema().property("spec").isPresent()
            && !UNCOUNTED.contains(kind.group() + "/" + kind.kind());
  }

  private static boolean becameDeleted(ObjectNode object, ObjectNode old) {
    return isBeingDeleted(object) && !isBeingDeleted(old);
  }

  private static boolean sameExcept(ObjectNode object, ObjectNode old, boolean withoutStatus) {
    for (var field : object.properties()) {
      if (isCompared(field.getKey(), withoutStatus)
          && !JsonValues.same(field.getValue(), old.get(field.getKey()))) {
        return false;
      }
    }
    for (var field : old.properties()) {
      if (isCompared(field.getKey(), withoutStatus) && !object.has(field.getKey())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isCompared(String field, boolean withoutStatus) {
    return switch (field) {
      case "apiVersion", "kind", "metadata" -> false;
      case "status" -> !withoutStatus;
      default -> true;
    };
  }
}
