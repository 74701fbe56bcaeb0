package dev.nauarch.apiserver.admission.dynamic;

import java.util.List;

/** Passes on what webhooks want clients to be told, which is bounded: it travels in headers. */
final class Warnings {

  private static final int LENGTH_MAX = 256;
  private static final int COUNT_MAX = 16;

  private Warnings() {}

  static void add(Reviewed reviewed, List<String> warnings) {
    for (var warning : warnings.subList(0, Math.min(COUNT_MAX, warnings.size()))) {
      var text = new StringBuilder();
      warning
          .codePoints()
          .limit(LENGTH_MAX)
          .map(c -> Character.isISOControl(c) ? ' ' : c)
          .forEach(text::appendCodePoint);
      reviewed.request().context().warnings().accept(text.toString());
    }
  }
}
