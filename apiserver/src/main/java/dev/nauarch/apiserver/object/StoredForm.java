package dev.nauarch.apiserver.object;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/**
 * The bytes under which an object is stored: JSON whose first fields are apiVersion, kind and
 * metadata, and whose metadata has no resourceVersion, which only the store knows. A reader gets
 * the same bytes with the resourceVersion put in right after the brace that opens the metadata, and
 * with the apiVersion that it asked for, so that serving an object is three copies of bytes.
 */
public final class StoredForm {

  private static final byte[] METADATA = ",\"metadata\":{".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VERSION =
      "\"resourceVersion\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VERSION_END = "\",".getBytes(StandardCharsets.US_ASCII);

  /** The first bytes: an apiVersion follows. */
  private static final byte[] START = "{\"apiVersion\":\"".getBytes(StandardCharsets.US_ASCII);

  private StoredForm() {}

  /**
   * Encodes an object for the store.
   *
   * @param apiVersion the apiVersion under which it is stored
   */
  public static byte[] encode(ObjectNode object, String apiVersion, String kind) {
    var ordered = Json.object();
    ordered.put("apiVersion", apiVersion);
    ordered.put("kind", kind);
    var metadata = Json.child(object, "metadata");
    if (metadata.has("resourceVersion") || metadata.has("selfLink")) {
      metadata = metadata.deepCopy();
      metadata.remove("resourceVersion");
      metadata.remove("selfLink");
    }
    ordered.set("metadata", metadata);
    for (var field : object.properties()) {
      switch (field.getKey()) {
        case "apiVersion", "kind", "metadata" -> {}
        default -> ordered.set(field.getKey(), field.getValue());
      }
    }
    return Json.write(ordered);
  }

  /**
   * The object as a reader sees it.
   *
   * @param revision its resourceVersion; 0 for an object that was never stored and has none
   */
  public static byte[] serve(byte[] stored, String apiVersion, long revision) {
    if (revision == 0) {
      return Json.write(tree(stored, 0).put("apiVersion", apiVersion));
    }
    var served = new byte[servedBytes(stored, apiVersion, revision)];
    serve(stored, apiVersion, revision, served, 0);
    return served;
  }

  /**
   * Puts the object as a reader sees it at a place of an array.
   *
   * @param revision its resourceVersion, from 1 on
   * @return where it ends
   */
  public static int serve(
      byte[] stored, String apiVersion, long revision, byte[] target, int start) {
    var at = put(START, target, start);
    at = put(apiVersion, target, at);
    var end = versionEnd(stored);
    var metadata = metadataStart(stored, end);
    System.arraycopy(stored, end, target, at, metadata - end);
    at = put(VERSION, target, at + metadata - end);
    at = put(Long.toString(revision), target, at);
    at = put(VERSION_END, target, at);
    System.arraycopy(stored, metadata, target, at, stored.length - metadata);
    return at + stored.length - metadata;
  }

  /** How many bytes {@link #serve(byte[], String, long, byte[], int)} puts. */
  public static int servedBytes(byte[] stored, String apiVersion, long revision) {
    return START.length
        + apiVersion.length()
        + VERSION.length
        + Long.toString(revision).length()
        + VERSION_END.length
        + stored.length
        - versionEnd(stored);
  }

  private static int put(byte[] bytes, byte[] target, int at) {
    System.arraycopy(bytes, 0, target, at, bytes.length);
    return at + bytes.length;
  }

  /** Puts letters of ASCII. */
  private static int put(String text, byte[] target, int at) {
    for (var i = 0; i < text.length(); i++) {
      target[at + i] = (byte) text.charAt(i);
    }
    return at + text.length();
  }

  /** The object as a tree, with its resourceVersion where it has one. */
  public static ObjectNode tree(byte[] stored, long revision) {
    var object = Json.read(stored);
    if (revision > 0) {
      Json.childOf(object, "metadata").put("resourceVersion", Long.toString(revision));
    }
    return object;
  }

  /** Where the quote behind the apiVersion is. */
  private static int versionEnd(byte[] stored) {
    var end = START.length;
    while (stored[end] != '"') {
      end++;
    }
    return end;
  }

  /** Where the metadata's first field begins. */
  private static int metadataStart(byte[] stored, int from) {
    for (var i = from; i < stored.length - METADATA.length; i++) {
      if (stored[i] == ',' && startsWith(stored, i, METADATA)) {
        return i + METADATA.length;
      }
    }
    throw new IllegalStateException("a stored object has no metadata near its start");
  }

  private static boolean startsWith(byte[] bytes, int at, byte[] what) {
    if (at + what.length > bytes.length) {
      return false;
    }
    for (var i = 0; i < what.length; i++) {
      if (bytes[at + i] != what[i]) {
        return false;
      }
    }
    return true;
  }
}
