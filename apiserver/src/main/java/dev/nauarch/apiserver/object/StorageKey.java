package dev.nauarch.apiserver.object;

/**
 * Where objects lie in the store: {@code /registry/GROUP/PLURAL/[NAMESPACE/]NAME}, the core group
 * being called {@code core}.
 */
public final class StorageKey {

  /** What every key begins with. */
  public static final String ROOT = "/registry/";

  private StorageKey() {}

  private static final String CORE = "core";

  /** The group and plural of a resource, as they stand in its keys, with a slash at the end. */
  public static String resource(String group, String plural) {
    return (group.isEmpty() ? CORE : group) + "/" + plural + "/";
  }

  /** The group whose part of a key this is. */
  public static String group(String part) {
    return part.equals(CORE) ? "" : part;
  }

  /** The prefix of all keys of a resource. */
  public static String prefix(String group, String plural) {
    return ROOT + resource(group, plural);
  }

  /** The part of a key after the resource. */
  public static String local(String namespace, String name) {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  /** The key of one object. */
  public static String of(String group, String plural, String namespace, String name) {
    return prefix(group, plural) + local(namespace, name);
  }
}
