package dev.nauarch.nodeagent.simulated;

import java.util.List;
import java.util.Locale;

/**
 * What is known of accelerators of one model.
 *
 * @param name what a driver calls it
 * @param architecture the generation of its design
 * @param computeCapability what programs may expect of it
 * @param memory how much it has of its own
 */
record DeviceModel(String name, String architecture, String computeCapability, String memory) {
  private record Known(String key, DeviceModel model) {}

  private static final List<Known> ALL =
      List.of(
          known("T4", "Tesla T4", "Turing", "7.5.0", "16Gi"),
          known("A100", "NVIDIA A100-SXM4-80GB", "Ampere", "8.0.0", "80Gi"),
          known("L4", "NVIDIA L4", "Ada Lovelace", "8.9.0", "24Gi"),
          known("L40S", "NVIDIA L40S", "Ada Lovelace", "8.9.0", "48Gi"),
          known("H100", "NVIDIA H100 80GB HBM3", "Hopper", "9.0.0", "80Gi"),
          known("H200", "NVIDIA H200", "Hopper", "9.0.0", "141Gi"),
          known("B200", "NVIDIA B200", "Blackwell", "10.0.0", "180Gi"));

  private static Known known(String key, String name, String design, String level, String memory) {
    return new Known(key, new DeviceModel(name, design, level, memory));
  }

  /** The model that a user means; one that nobody knows has its own name and the usual size. */
  static DeviceModel of(String text) {
    var key = text.toUpperCase(Locale.ROOT);
    return ALL.stream()
        .filter(known -> known.key().equals(key))
        .map(Known::model)
        .findFirst()
        .orElseGet(
            () ->
                new DeviceModel(text.isEmpty() ? "Simulated" : text, "Simulated", "9.0.0", "80Gi"));
  }
}
