package dev.nauarch.api;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds places in the bytes of a JSON object without reading what lies between them: a parser would
 * make a text of every name that it passes. Of bytes that are no JSON it says something or nothing,
 * but always ends.
 */
public final class JsonBytes {

  /** No place. */
  public static final int NOWHERE = -1;

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Each byte is 1. */
  private static final long EACH_BYTE = 0x0101010101010101L;

  private static final long QUOTES = EACH_BYTE * '"';
  private static final long BACKSLASHES = EACH_BYTE * '\\';

  private JsonBytes() {}

  /**
   * A member of an object, by the places of its bytes.
   *
   * @param start its name's first quote
   * @param nameEnd behind its name's last quote
   * @param value its value's first byte
   * @param end behind its value's last byte
   */
  public record Member(int start, int nameEnd, int value, int end) {

    /** Its name as it is written; other names may be written with escapes. */
    public String name(byte[] json) {
      return new String(json, start + 1, nameEnd - start - 2, StandardCharsets.UTF_8);
    }
  }

  /**
   * The members of an object in their order.
   *
   * @param object where the object begins, at its bracket or at space before it
   * @return none where it is no object
   */
  public static List<Member> members(byte[] json, int object) {
    var members = new ArrayList<Member>();
    var at = space(json, object);
    if (at >= json.length || json[at] != '{') {
      return members;
    }
    at = space(json, at + 1);
    while (at < json.length && json[at] == '"') {
      var nameEnd = endOfText(json, at);
      var value = space(json, space(json, nameEnd) + 1);
      var end = end(json, value);
      if (value < json.length) {
        members.add(new Member(at, nameEnd, value, end));
      }
      at = space(json, end);
      if (at < json.length && json[at] == ',') {
        at = space(json, at + 1);
      }
    }
    return members;
  }

  /**
   * Where the items of a list begin.
   *
   * @param list where the list begins, at its bracket
   * @return none where it is no list
   */
  public static List<Integer> items(byte[] json, int list) {
    var items = new ArrayList<Integer>();
    if (list >= json.length || json[list] != '[') {
      return items;
    }
    var at = space(json, list + 1);
    while (at < json.length && json[at] != ']') {
      items.add(at);
      var end = space(json, end(json, at));
      // What is no JSON may have an item that is nothing.
      at = space(json, Math.max(end, at) + 1);
      if (end < json.length && json[end] == ']') {
        break;
      }
    }
    return items;
  }

  /** The bytes with others in the place of some of them. */
  public static byte[] replaced(byte[] json, int from, int to, byte[] others) {
    var changed = new byte[from + others.length + json.length - to];
    System.arraycopy(json, 0, changed, 0, from);
    System.arraycopy(others, 0, changed, from, others.length);
    System.arraycopy(json, to, changed, from + others.length, json.length - to);
    return changed;
  }

  /**
   * Where the value of a member begins.
   *
   * @param object where the object begins, at its bracket or at space before it
   * @return {@link #NOWHERE} where it has no such member, or is no object
   */
  public static int member(byte[] json, int object, String name) {
    var at = space(json, object);
    if (at >= json.length || json[at] != '{') {
      return NOWHERE;
    }
    var wanted = name.getBytes(StandardCharsets.UTF_8);
    at = space(json, at + 1);
    while (at < json.length && json[at] == '"') {
      var end = endOfText(json, at);
      var value = space(json, space(json, end) + 1);
      if (isText(json, at + 1, end - 1, wanted)) {
        return value < json.length ? value : NOWHERE;
      }
      at = space(json, end(json, value));
      if (at < json.length && json[at] == ',') {
        at = space(json, at + 1);
      }
    }
    return NOWHERE;
  }

  /**
   * Where the value ends that begins at a place.
   *
   * @return the place behind its last byte, at most the length
   */
  public static int end(byte[] json, int value) {
    if (value >= json.length) {
      return json.length;
    }
    return switch (json[value]) {
      case '"' -> endOfText(json, value);
      case '{', '[' -> endOfBrackets(json, value);
      default -> endOfWord(json, value);
    };
  }

  private static int endOfText(byte[] json, int quote) {
    var at = quote + 1;
    while (at < json.length) {
      at = nextMark(json, at);
      if (at < json.length && json[at] == '"') {
        return at + 1;
      }
      at += 2;
    }
    return json.length;
  }

  /** The next quote or backslash, eight bytes at a time; the length where there is none. */
  private static int nextMark(byte[] json, int from) {
    var at = from;
    while (at <= json.length - Long.BYTES) {
      var word = (long) EIGHT_BYTES.get(json, at);
      var marks = zeroes(word ^ QUOTES) | zeroes(word ^ BACKSLASHES);
      if (marks != 0) {
        return at + Long.numberOfTrailingZeros(marks) / Byte.SIZE;
      }
      at += Long.BYTES;
    }
    while (at < json.length && json[at] != '"' && json[at] != '\\') {
      at++;
    }
    return at;
  }

  /** The highest bit of each byte that is 0, and perhaps of some above the lowest of these. */
  private static long zeroes(long word) {
    return (word - EACH_BYTE) & ~word & (EACH_BYTE << (Byte.SIZE - 1));
  }

  private static int endOfBrackets(byte[] json, int bracket) {
    var depth = 0;
    var at = bracket;
    while (at < json.length) {
      switch (json[at]) {
        case '"' -> at = endOfText(json, at) - 1;
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        default -> {}
      }
      at++;
      if (depth == 0) {
        return at;
      }
    }
    return json.length;
  }

  private static int endOfWord(byte[] json, int word) {
    var at = word;
    while (at < json.length && !endsWord(json[at])) {
      at++;
    }
    return at;
  }

  private static int space(byte[] json, int from) {
    var at = from;
    while (at < json.length && isSpace(json[at])) {
      at++;
    }
    return at;
  }

  private static boolean endsWord(byte one) {
    return one == ',' || one == '}' || one == ']' || isSpace(one);
  }

  private static boolean isSpace(byte one) {
    return one == ' ' || one == '\n' || one == '\r' || one == '\t';
  }

  private static boolean isText(byte[] json, int begin, int end, byte[] wanted) {
    if (end - begin != wanted.length) {
      return false;
    }
    for (var i = 0; i < wanted.length; i++) {
      if (json[begin + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
