package dev.nauarch.nodeagent.image.layer;

import java.util.List;
import java.util.Map;

/**
 * One entry of an archive. Names and link targets are bytes, each of which is one character.
 *
 * @param kind the type flag: {@code 0} for a file, {@code 1} a hard link, {@code 2} a link, {@code
 *     3} and {@code 4} devices, {@code 5} a directory, {@code 6} a named pipe
 * @param size how many bytes the file has; of a sparse one, with its holes
 * @param parts where its bytes belong, in order
 * @param attributes its extended attributes
 */
record TarEntry(
    String name,
    char kind,
    int mode,
    int user,
    int group,
    long size,
    long seconds,
    long nanos,
    String target,
    int deviceMajor,
    int deviceMinor,
    List<Part> parts,
    Map<String, byte[]> attributes) {

  /** Bytes of a file that are in the archive. */
  record Part(long offset, long length) {}
}
