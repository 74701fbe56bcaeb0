package dev.nauarch.apiserver.object;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.LongNode;

/**
 * Writes a tree as Jackson does, byte for byte. Most bytes of most objects are in texts without
 * anything to escape: those are copied here as a whole, which makes writing an object several times
 * as fast.
 */
final class TreeWriter {

  private static final int SIZE_AT_FIRST = 4096;
  private static final byte[] DIGITS = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  /** What stands after the backslash; 0 for what needs none, {@code u} for what has no name. */
  private static final byte[] ESCAPES = escapes();

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final long EACH = 0x0101010101010101L;
  private static final long HIGHEST = 0x8080808080808080L;

  private byte[] out = new byte[SIZE_AT_FIRST];
  private int size;

  private TreeWriter() {}

  private static byte[] escapes() {
    var escapes = new byte[256];
    Arrays.fill(escapes, 0, ' ', (byte) 'u');
    var named = "\b\t\n\f\r\"\\";
    var names = "btnfr\"\\";
    for (var i = 0; i < named.length(); i++) {
      escapes[named.charAt(i)] = (byte) names.charAt(i);
    }
    return escapes;
  }

  static byte[] write(JsonNode tree) {
    var writer = new TreeWriter();
    writer.value(tree);
    return Arrays.copyOf(writer.out, writer.size);
  }

  private void value(JsonNode node) {
    switch (node.getNodeType()) {
      case OBJECT -> object(node);
      case ARRAY -> array(node);
      case STRING -> text(node.stringValue());
      case BOOLEAN -> plain(node.booleanValue() ? "true" : "false");
      case NUMBER -> plain(number(node));
      default -> plain(Json.MAPPER.writeValueAsString(node));
    }
  }

  private static String number(JsonNode node) {
    return node instanceof IntNode || node instanceof LongNode
        ? Long.toString(node.longValue())
        : Json.MAPPER.writeValueAsString(node);
  }

  private void object(JsonNode object) {
    var mark = (byte) '{';
    for (var property : object.properties()) {
      put(mark);
      text(property.getKey());
      put((byte) ':');
      value(property.getValue());
      mark = ',';
    }
    if (mark == '{') {
      put(mark);
    }
    put((byte) '}');
  }

  private void array(JsonNode array) {
    var mark = (byte) '[';
    for (var item : array) {
      put(mark);
      value(item);
      mark = ',';
    }
    if (mark == '[') {
      put(mark);
    }
    put((byte) ']');
  }

  private void put(byte one) {
    reserve(1);
    out[size++] = one;
  }

  private void plain(String ascii) {
    append(ascii.getBytes(StandardCharsets.US_ASCII), 0, ascii.length());
  }

  private void text(String text) {
    put((byte) '"');
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var from = 0;
    for (var at = firstToEscape(bytes); at < bytes.length; at++) {
      var escape = ESCAPES[bytes[at] & 0xFF];
      if (escape != 0) {
        append(bytes, from, at - from);
        escape(escape, bytes[at]);
        from = at + 1;
      }
    }
    append(bytes, from, bytes.length - from);
    put((byte) '"');
  }

  /** At or shortly before the first byte that needs an escape; eight are looked at in one step. */
  private static int firstToEscape(byte[] bytes) {
    var at = 0;
    while (at <= bytes.length - Long.BYTES) {
      var eight = (long) EIGHT.get(bytes, at);
      var isToEscape =
          below(eight, ' ') | below(eight ^ EACH * '"', 1) | below(eight ^ EACH * '\\', 1);
      if (isToEscape != 0) {
        return at;
      }
      at += Long.BYTES;
    }
    return at;
  }

  /** Zero where no byte of eight is below a number of at most 128. */
  private static long below(long eight, int number) {
    return (eight - EACH * number) & ~eight & HIGHEST;
  }

  private void escape(byte escape, byte escaped) {
    put((byte) '\\');
    put(escape);
    if (escape == 'u') {
      put((byte) '0');
      put((byte) '0');
      put(DIGITS[escaped >> 4]);
      put(DIGITS[escaped & 0xF]);
    }
  }

  private void append(byte[] bytes, int from, int length) {
    reserve(length);
    System.arraycopy(bytes, from, out, size, length);
    size += length;
  }

  private void reserve(int length) {
    if (out.length - size < length) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, size + length));
    }
  }
}
