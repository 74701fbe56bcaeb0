package dev.nauarch.nodeagent.image.layer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** File names as they are: bytes, each of which is one character here. */
final class Names {
  private Names() {}

  /** The last name of a path that exists. */
  static String of(Path path) {
    // A URI holds the bytes of a path; its text holds what the machine's locale makes of them.
    var raw = path.toUri().getRawPath();
    var end = raw.endsWith("/") ? raw.length() - 1 : raw.length();
    var bytes = new ByteArrayOutputStream();
    for (var i = raw.lastIndexOf('/', end - 1) + 1; i < end; i++) {
      if (raw.charAt(i) == '%') {
        bytes.write(Integer.parseInt(raw, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(raw.charAt(i));
      }
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }
}
