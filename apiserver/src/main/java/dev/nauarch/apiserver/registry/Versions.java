package dev.nauarch.apiserver.registry;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.conversion.Conversions;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.StoredForm;
import dev.nauarch.apiserver.object.StoredObject;
import tools.jackson.databind.node.ObjectNode;

/**
 * How one object looks in each version of its kind. All versions of a kind lie under one key and
 * differ by their apiVersion alone, but for those that the catalog says are stored as another.
 */
public final class Versions {

  private Versions() {}

  /** The group under whose keys the objects of a kind are stored. */
  public static String group(Kind kind) {
    return Conversions.storedGroup(kind);
  }

  /** Whether a version's bytes are those of the store but for the apiVersion. */
  public static boolean isAsStored(Kind kind) {
    return !Conversions.isConverted(kind);
  }

  /** The bytes of an object in a version. */
  public static byte[] served(StoredObject object, Kind kind) {
    return isAsStored(kind) ? object.served(kind.apiVersion()) : Json.write(tree(object, kind));
  }

  /** A tree of an object in a version; the caller's own. */
  public static ObjectNode tree(StoredObject object, Kind kind) {
    var tree = StoredForm.tree(object.stored(), object.revision());
    Conversions.of(kind).toServed(tree);
    tree.put("apiVersion", kind.apiVersion());
    return tree;
  }

  /** An object of one version in another; a tree of its own. */
  public static ObjectNode converted(ObjectNode object, Kind from, Kind to) {
    return Conversions.convert(object, from, to);
  }

  /** The bytes to store for an object of a version; the tree may be changed. */
  static byte[] encode(ObjectNode object, Kind kind) {
    if (!Conversions.isConverted(kind)) {
      return StoredForm.encode(object, kind.apiVersion(), kind.kind());
    }
    var stored = object.deepCopy();
    Conversions.of(kind).toStored(stored);
    return StoredForm.encode(stored, Conversions.storedVersion(kind), kind.kind());
  }
}
