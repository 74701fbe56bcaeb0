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
    var digits = Long.toString(revision);
    var metadata = metadataStart(stored);
    var head = head(stored, apiVersion, metadata);
    var served =
        new byte
            [head.length
                + VERSION.length
                + digits.length()
                + VERSION_END.length
                + stored.length
                - metadata];
    System.arraycopy(head, 0, served, 0, head.length);
    var at = head.length;
    System.arraycopy(VERSION, 0, served, at, VERSION.length);
    at += VERSION.length;
    for (var i = 0; i < digits.length(); i++) {
      served[at++] = (byte) digits.charAt(i);
    }
    System.arraycopy(VERSION_END, 0, served, at, VERSION_END.length);
    at += VERSION_END.length;
    System.arraycopy(stored, metadata, served, at, stored.length - metadata);
    return served;
  }

  /** The object as a tree, with its resourceVersion where it has one. */
  public static ObjectNode tree(byte[] stored, long revision) {
    var object = Json.read(stored);
    if (revision > 0) {
      Json.childOf(object, "metadata").put("resourceVersion", Long.toString(revision));
    }
    return object;
  }

  /** Where the metadata's first field begins. */
  private static int metadataStart(byte[] stored) {
    for (var i = START.length; i < stored.length - METADATA.length; i++) {
      if (stored[i] == ',' && startsWith(stored, i, METADATA)) {
        return i + METADATA.length;
      }
    }
    throw new IllegalStateException("a stored object has no metadata near its start");
  }

  private static byte[] head(byte[] stored, String apiVersion, int metadata) {
    var hasVersion =
        stored[START.length + apiVersion.length()] == '"'
            && startsWith(stored, START.length, apiVersion.getBytes(StandardCharsets.US_ASCII));
    if (hasVersion) {
      var head = new byte[metadata];
      System.arraycopy(stored, 0, head, 0, metadata);
      return head;
    }
    var end = START.length;
    while (stored[end] != '"') {
      end++;
    }
    var version = apiVersion.getBytes(StandardCharsets.US_ASCII);
    var head = new byte[START.length + version.length + metadata - end];
    System.arraycopy(START, 0, head, 0, START.length);
    System.arraycopy(version, 0, head, START.length, version.length);
    System.arraycopy(stored, end, head, START.length + version.length, metadata - end);
    return head;
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
