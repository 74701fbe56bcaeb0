package dev.nauarch.apiserver.registry;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.StoredForm;
import dev.nauarch.apiserver.object.StoredObject;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * How one object looks in each version of its kind. All versions of a kind lie under one key and
 * differ by their apiVersion alone, with one exception: an Event of {@code events.k8s.io} is stored
 * as an Event of the core group, and seven of its fields have other names there.
 */
public final class Versions {

  private static final String EVENTS = "events.k8s.io";

  /** A field's name in {@code events.k8s.io} and its name in the core group. */
  private record Renamed(String inEvents, String inCore) {}

  private static final List<Renamed> EVENT_FIELDS =
      List.of(
          new Renamed("regarding", "involvedObject"),
          new Renamed("note", "message"),
          new Renamed("reportingController", "reportingComponent"),
          new Renamed("deprecatedSource", "source"),
          new Renamed("deprecatedFirstTimestamp", "firstTimestamp"),
          new Renamed("deprecatedLastTimestamp", "lastTimestamp"),
          new Renamed("deprecatedCount", "count"));

  private Versions() {}

  /** The group under whose keys the objects of a kind are stored. */
  static String group(Kind kind) {
    return isEvent(kind) ? "" : kind.group();
  }

  /** The bytes of an object in a version. */
  public static byte[] served(StoredObject object, Kind kind) {
    return isEvent(kind) ? Json.write(tree(object, kind)) : object.served(kind.apiVersion());
  }

  /** A tree of an object in a version; the caller's own. */
  public static ObjectNode tree(StoredObject object, Kind kind) {
    var tree = StoredForm.tree(object.stored(), object.revision());
    if (isEvent(kind)) {
      for (var field : EVENT_FIELDS) {
        rename(tree, field.inCore, field.inEvents);
      }
    }
    tree.put("apiVersion", kind.apiVersion());
    return tree;
  }

  /** The bytes to store for an object of a version; the tree may be changed. */
  static byte[] encode(ObjectNode object, Kind kind) {
    if (!isEvent(kind)) {
      return StoredForm.encode(object, kind.apiVersion(), kind.kind());
    }
    var core = object.deepCopy();
    for (var field : EVENT_FIELDS) {
      rename(core, field.inEvents, field.inCore);
    }
    return StoredForm.encode(core, "v1", kind.kind());
  }

  private static boolean isEvent(Kind kind) {
    return kind.group().equals(EVENTS) && kind.kind().equals("Event");
  }

  private static void rename(ObjectNode object, String from, String to) {
    var value = object.remove(from);
    if (value != null) {
      object.set(to, value);
    }
  }
}
