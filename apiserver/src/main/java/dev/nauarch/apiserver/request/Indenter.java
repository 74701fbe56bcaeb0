package dev.nauarch.apiserver.request;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Indents JSON for people while it is written, two spaces for each level. */
final class Indenter extends OutputStream {

  private static final int STEP = 2;

  private final OutputStream out;
  private int depth;
  private boolean isInText;
  private boolean isEscaped;

  /** Whether an object or a list has begun of which nothing is known yet: it may be empty. */
  private boolean isOpening;

  /**
   * Indents what is written here.
   *
   * @param out where it goes; not closed with this
   */
  Indenter(OutputStream out) {
    this.out = out;
  }

  /** The same JSON, indented. */
  static byte[] indented(byte[] json) {
    var out = new ByteArrayOutputStream(2 * json.length);
    try (var indenter = new Indenter(out)) {
      indenter.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Override
  public void write(int value) throws IOException {
    var letter = (byte) value;
    if (isInText) {
      isInText = letter != '"' || isEscaped;
      isEscaped = letter == '\\' && !isEscaped;
      out.write(letter);
      return;
    }
    switch (letter) {
      case ' ', '\t', '\r', '\n' -> {
        // What was there between values is replaced.
      }
      case '}', ']' -> {
        depth--;
        if (!isOpening) {
          newLine();
        }
        isOpening = false;
        out.write(letter);
      }
      default -> inside(letter);
    }
  }

  private void inside(byte letter) throws IOException {
    if (isOpening) {
      newLine();
    }
    out.write(letter);
    isOpening = letter == '{' || letter == '[';
    isInText = letter == '"';
    if (isOpening) {
      depth++;
    } else if (letter == ',') {
      newLine();
    } else if (letter == ':') {
      out.write(' ');
    }
  }

  private void newLine() throws IOException {
    out.write('\n');
    for (var i = 0; i < STEP * depth; i++) {
      out.write(' ');
    }
  }
}
