package dev.nauarch.apiserver.usage;

import dev.nauarch.apiserver.object.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a container, a pod or a node uses.
 *
 * @param cpuNanos billionths of a processor
 * @param memoryBytes memory that can't be taken back
 */
record Usage(long cpuNanos, long memoryBytes) {

  static final Usage NONE = new Usage(0, 0);

  private static final String[] DECIMAL = {"n", "u", "m", ""};
  private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti"};
  private static final int THOUSAND = 1000;
  private static final int KIBI = 1024;

  Usage plus(Usage other) {
    return new Usage(cpuNanos + other.cpuNanos, memoryBytes + other.memoryBytes);
  }

  /** As quantities in their shortest forms. */
  ObjectNode json() {
    return Json.object()
        .put("cpu", text(cpuNanos, THOUSAND, DECIMAL))
        .put("memory", text(memoryBytes, KIBI, BINARY));
  }

  private static String text(long amount, int factor, String[] units) {
    if (amount == 0) {
      return "0";
    }
    var rest = amount;
    int unit = 0;
    while (rest % factor == 0 && unit < units.length - 1) {
      rest /= factor;
      unit++;
    }
    return rest + units[unit];
  }
}
