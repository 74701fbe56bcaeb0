package dev.nauarch.apiserver.strategy.device;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.NameForms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.nio.charset.StandardCharsets;

/** What drivers are told of a device: objects of their own. */
final class Configurations {

  static final int MAX = 32;
  private static final int BYTES_MAX = 10 * 1024;

  private Configurations() {}

  /** Checks what {@code opaque} of a holder says. */
  static void check(Problems problems, Field holder) {
    check(problems, holder, BYTES_MAX);
  }

  /** The same of what was stored before, which may be of any size. */
  static void checkStored(Problems problems, Field holder) {
    check(problems, holder, Integer.MAX_VALUE);
  }

  private static void check(Problems problems, Field holder, int bytesMax) {
    var opaque = holder.at("opaque");
    if (opaque.isPresent()) {
      NameForms.driver(problems, opaque.at("driver"));
      object(problems, opaque.at("parameters"), bytesMax);
      return;
    }
    problems.required(opaque, "");
  }

  /** Checks an object of a driver. */
  static void data(Problems problems, Field data) {
    if (data.isPresent()) {
      object(problems, data, BYTES_MAX);
    }
  }

  private static void object(Problems problems, Field object, int bytesMax) {
    if (!object.isPresent()) {
      problems.required(object, "");
    } else if (object.node().toString().getBytes(StandardCharsets.UTF_8).length > bytesMax) {
      problems.tooLong(object, bytesMax);
    } else if (!object.node().isObject()) {
      problems.invalid(object, "\"<value omitted>\"", "must be a valid JSON object");
    }
  }
}
