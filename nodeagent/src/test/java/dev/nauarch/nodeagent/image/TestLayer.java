package dev.nauarch.nodeagent.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a layer as a tar archive, also one that nobody in their right mind would write. */
public final class TestLayer {
  private static final int BLOCK = 512;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<String, byte[]> records = new LinkedHashMap<>();
  private int user;
  private int group;

  /** The entries that follow belong to somebody else. */
  public TestLayer owner(int newUser, int newGroup) {
    user = newUser;
    group = newGroup;
    return this;
  }

  /** Says something about the next entry in an extended header. */
  public TestLayer record(String key, byte[] value) {
    records.put(key, value);
    return this;
  }

  /** Says something about the next entry in an extended header. */
  public TestLayer record(String key, String value) {
    return record(key, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A directory. */
  public TestLayer directory(String name, int mode) {
    return entry('5', name, mode, "", new byte[0]);
  }

  /** A file. */
  public TestLayer file(String name, int mode, byte[] bytes) {
    return entry('0', name, mode, "", bytes);
  }

  /** A file of text. */
  public TestLayer file(String name, String text) {
    return file(name, 0644, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A symbolic link. */
  public TestLayer link(String name, String target) {
    return entry('2', name, 0777, target, new byte[0]);
  }

  /** A second name of a file. */
  public TestLayer hardLink(String name, String target) {
    return entry('1', name, 0644, target, new byte[0]);
  }

  /** Any entry. */
  public TestLayer entry(char kind, String name, int mode, String target, byte[] bytes) {
    if (!records.isEmpty()) {
      var header = extended();
      records.clear();
      block(header('x', "extended", 0644, "", header.length));
      content(header);
    }
    block(header(kind, name, mode, target, bytes.length));
    content(bytes);
    return this;
  }

  /** A device or named pipe. */
  public TestLayer node(char kind, String name, int major, int minor) {
    var header = header(kind, name, 0666, "", 0);
    octal(header, 329, 8, major);
    octal(header, 337, 8, minor);
    sum(header);
    block(header);
    return this;
  }

  /** Whatever somebody wants to write. */
  public TestLayer bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  private byte[] extended() {
    var all = new ByteArrayOutputStream();
    records.forEach(
        (key, value) -> {
          var rest = key.length() + value.length + 3;
          var length = rest + String.valueOf(rest).length();
          length = rest + String.valueOf(length).length();
          all.writeBytes((length + " " + key + "=").getBytes(StandardCharsets.UTF_8));
          all.writeBytes(value);
          all.write('\n');
        });
    return all.toByteArray();
  }

  /** A header with a right checksum. */
  public byte[] header(char kind, String name, int mode, String target, long size) {
    var header = new byte[BLOCK];
    text(header, 0, 100, name);
    octal(header, 100, 8, mode);
    octal(header, 108, 8, user);
    octal(header, 116, 8, group);
    octal(header, 124, 12, size);
    octal(header, 136, 12, 1_700_000_000);
    header[156] = (byte) kind;
    text(header, 157, 100, target);
    text(header, 257, 8, "ustar\00000");
    sum(header);
    return header;
  }

  private static void sum(byte[] header) {
    text(header, 148, 8, "        ");
    var sum = 0;
    for (var each : header) {
      sum += each & 0xff;
    }
    octal(header, 148, 7, sum);
  }

  private static void text(byte[] header, int at, int count, String text) {
    var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, header, at, Math.min(bytes.length, count));
  }

  private static void octal(byte[] header, int at, int count, long value) {
    text(header, at, count, ("%0" + (count - 1) + "o").formatted(value) + "\0");
  }

  private void block(byte[] header) {
    out.writeBytes(header);
  }

  private void content(byte[] bytes) {
    out.writeBytes(bytes);
    out.writeBytes(new byte[-bytes.length & (BLOCK - 1)]);
  }

  /** What was written so far, without an end. */
  public byte[] cut() {
    return out.toByteArray();
  }

  /** The whole archive. */
  public byte[] tar() {
    var all = new ByteArrayOutputStream();
    all.writeBytes(out.toByteArray());
    all.writeBytes(new byte[2 * BLOCK]);
    return all.toByteArray();
  }
}
