package dev.nauarch.apiserver.registry;

import dev.nauarch.api.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A stored object and its managed fields, apart: they are half of many objects, and reading and
 * writing them takes more than half of the time, which a change that leaves them alone can save.
 *
 * @param rest the object, whose managed fields are null where it has any
 * @param fields the bytes of its managed fields; none where it has none
 */
@SuppressWarnings("ArrayRecordComponent")
record ManagedFieldsApart(byte[] rest, byte[] fields) {

  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  static ManagedFieldsApart of(byte[] stored) {
    var at = place(stored);
    if (at < 0) {
      return new ManagedFieldsApart(stored, new byte[0]);
    }
    var end = JsonBytes.end(stored, at);
    return new ManagedFieldsApart(
        JsonBytes.replaced(stored, at, end, NULL), Arrays.copyOfRange(stored, at, end));
  }

  /** The object with its managed fields, whose rest may have changed. */
  byte[] together(byte[] changed) {
    var at = fields.length == 0 ? JsonBytes.NOWHERE : place(changed);
    return at < 0 ? changed : JsonBytes.replaced(changed, at, at + NULL.length, fields);
  }

  private static int place(byte[] object) {
    var metadata = JsonBytes.member(object, 0, "metadata");
    return metadata < 0 ? JsonBytes.NOWHERE : JsonBytes.member(object, metadata, "managedFields");
  }
}
