package dev.nauarch.nodeagent.image.layer;

import dev.nauarch.nodeagent.image.layer.TarEntry.Part;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads an archive entry by entry: POSIX (ustar and pax) and GNU, with long names, large numbers,
 * extended attributes as the bytes they are, and sparse files in all their forms.
 */
final class TarReader {
  private static final int TEXT_BYTES_MAX = 1 << 20;
  private static final int PARTS_MAX = 1 << 20;
  private static final int PARTS_IN_HEADER = 4;
  private static final int PARTS_IN_EXTENSION = 21;
  private static final int NUMBER_BYTES = 12;

  private final InputStream in;
  private final PaxRecords global = new PaxRecords();
  private final PaxRecords records = new PaxRecords();
  private final byte[] unwanted = new byte[TarHeader.BYTES * 16];
  private String longName = "";
  private String longTarget = "";

  /** Bytes of the current entry that were not read yet, and what fills its last block. */
  private long left;

  private long padding;

  TarReader(InputStream in) {
    this.in = in;
  }

  /** The next entry; empty at the end. What was not read of the one before is skipped. */
  Optional<TarEntry> next() throws IOException {
    records.clear();
    longName = "";
    longTarget = "";
    while (true) {
      skip(left + padding);
      left = 0;
      padding = 0;
      var header = header();
      if (header.isEmpty() || header.get().isZero()) {
        return Optional.empty();
      }
      header.get().check();
      switch (header.get().kind()) {
        case 'x' -> records.read(bytes(header.get()));
        case 'g' -> global.read(bytes(header.get()));
        case 'L' -> longName = text(header.get());
        case 'K' -> longTarget = text(header.get());
        default -> {
          return Optional.of(entry(header.get()));
        }
      }
    }
  }

  private Optional<TarHeader> header() throws IOException {
    var block = new byte[TarHeader.BYTES];
    var count = in.readNBytes(block, 0, block.length);
    if (count != 0 && count != block.length) {
      throw truncated();
    }
    return count == 0 ? Optional.empty() : Optional.of(new TarHeader(block));
  }

  private static EOFException truncated() {
    return new EOFException("the layer ends within an entry");
  }

  private void begin(long size) throws IOException {
    if (size < 0) {
      throw new IOException("the layer is no tar archive: an entry has the size " + size);
    }
    left = size;
    padding = -size & (TarHeader.BYTES - 1);
  }

  private byte[] bytes(TarHeader header) throws IOException {
    if (header.size() > TEXT_BYTES_MAX) {
      throw new IOException(
          "an extended header has " + header.size() + " bytes, at most " + TEXT_BYTES_MAX);
    }
    begin(header.size());
    var bytes = new byte[(int) left];
    for (var at = 0; at < bytes.length; ) {
      at += read(bytes, at, bytes.length - at);
    }
    return bytes;
  }

  private String text(TarHeader header) throws IOException {
    var text = new String(bytes(header), StandardCharsets.ISO_8859_1);
    var zero = text.indexOf('\0');
    return zero < 0 ? text : text.substring(0, zero);
  }

  private String said(String key, String otherwise) {
    return records.text(key, global.text(key, otherwise));
  }

  private long said(String key, long otherwise) throws IOException {
    return records.number(key, global.number(key, otherwise));
  }

  private TarEntry entry(TarHeader header) throws IOException {
    var kind = header.kind();
    // Only files have bytes; what other entries say of a size means nothing.
    var isFile = "07S".indexOf(kind) >= 0;
    begin(isFile ? said("size", header.size()) : 0);
    var name = said("path", longName.isEmpty() ? header.name() : longName);
    var parts = parts(header, kind);
    var size =
        kind == 'S'
            ? header.number(483, NUMBER_BYTES)
            : said("GNU.sparse.realsize", said("GNU.sparse.size", left));
    return new TarEntry(
        records.text("GNU.sparse.name", name),
        isFile ? '0' : kind,
        header.mode(),
        (int) said("uid", header.user()),
        (int) said("gid", header.group()),
        size,
        records.seconds(header.seconds()),
        records.nanos(),
        said("linkpath", longTarget.isEmpty() ? header.target() : longTarget),
        header.deviceMajor(),
        header.deviceMinor(),
        checked(parts, size),
        records.attributes());
  }

  private List<Part> parts(TarHeader header, char kind) throws IOException {
    if (kind == 'S') {
      return oldParts(header);
    }
    if (records.hasMapInBytes()) {
      return partsInBytes();
    }
    var parts = records.parts();
    return parts.isEmpty() ? List.of(new Part(0, left)) : parts;
  }

  /** The parts of a sparse file as GNU had them at first: in the header and blocks after it. */
  private List<Part> oldParts(TarHeader header) throws IOException {
    var parts = new ArrayList<Part>();
    addParts(header, 386, PARTS_IN_HEADER, parts);
    var hasMore = header.block()[482] != 0;
    while (hasMore) {
      var extension = header().orElseThrow(TarReader::truncated);
      addParts(extension, 0, PARTS_IN_EXTENSION, parts);
      hasMore = extension.block()[504] != 0;
    }
    return parts;
  }

  private static void addParts(TarHeader header, int at, int count, List<Part> parts)
      throws IOException {
    for (var i = 0; i < count; i++) {
      var place = at + i * 2 * NUMBER_BYTES;
      var length = header.number(place + NUMBER_BYTES, NUMBER_BYTES);
      if (length > 0) {
        parts.add(new Part(header.number(place, NUMBER_BYTES), length));
      }
    }
    if (parts.size() > PARTS_MAX) {
      throw new IOException("a sparse file has more than " + PARTS_MAX + " parts");
    }
  }

  /** The parts of a sparse file whose map stands before its bytes, one number on each line. */
  private List<Part> partsInBytes() throws IOException {
    var before = left;
    var count = line();
    if (count < 0 || count > PARTS_MAX) {
      throw new IOException("a sparse file has " + count + " parts, at most " + PARTS_MAX);
    }
    var parts = new ArrayList<Part>();
    for (var i = 0; i < count; i++) {
      parts.add(new Part(line(), line()));
    }
    var fill = -(before - left) & (TarHeader.BYTES - 1);
    skip(fill);
    left -= fill;
    return parts;
  }

  private long line() throws IOException {
    var value = 0L;
    var one = new byte[1];
    for (var digits = 0; digits < 20; digits++) {
      if (read(one, 0, 1) < 0) {
        throw truncated();
      }
      if (one[0] == '\n') {
        return value;
      }
      value = value * 10 + Character.digit(one[0], 10);
    }
    throw new IOException("the map of a sparse file is broken");
  }

  private List<Part> checked(List<Part> parts, long size) throws IOException {
    var end = 0L;
    var bytes = 0L;
    for (var part : parts) {
      if (part.offset() < end || part.length() < 0 || part.offset() > size - part.length()) {
        throw new IOException("the parts of a sparse file are not in order, or beyond its end");
      }
      end = part.offset() + part.length();
      bytes += part.length();
    }
    if (bytes != left) {
      throw new IOException("a file has " + left + " bytes, its parts have " + bytes);
    }
    return parts;
  }

  /** Reads bytes of the current entry: how many, or -1 at its end. */
  int read(byte[] bytes, int offset, int count) throws IOException {
    if (left == 0) {
      return -1;
    }
    var read = in.read(bytes, offset, (int) Math.min(count, left));
    if (read < 0) {
      throw truncated();
    }
    left -= read;
    return read;
  }

  /** Reads what nobody wants: skipping would leave it out of the layer's digest. */
  private void skip(long count) throws IOException {
    for (var rest = count; rest > 0; ) {
      var read = in.read(unwanted, 0, (int) Math.min(rest, unwanted.length));
      if (read < 0) {
        throw truncated();
      }
      rest -= read;
    }
  }
}
