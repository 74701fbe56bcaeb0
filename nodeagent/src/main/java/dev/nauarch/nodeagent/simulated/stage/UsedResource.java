package dev.nauarch.nodeagent.simulated.stage;

import dev.nauarch.api.OwnNames;
import dev.nauarch.api.quota.Amount;

/** Something that a container may be said to use, by annotation or by stage. */
enum UsedResource {
  CPU("cpu", OwnNames.CPU_USAGE, "a quantity, 0 or more, for example 250m"),
  MEMORY("memory", OwnNames.MEMORY_USAGE, "a quantity, 0 or more, for example 64Mi"),
  GPU("gpu", OwnNames.GPU_USAGE, "percent, from 0 to 100, for example 80"),
  GPU_MEMORY("gpuMemory", OwnNames.GPU_MEMORY_USAGE, "a quantity, 0 or more, for example 40Gi");

  private static final Amount WHOLE = Amount.of(100);

  private final String field;
  private final String annotation;
  private final String expected;

  UsedResource(String field, String annotation, String expected) {
    this.field = field;
    this.annotation = annotation;
    this.expected = expected;
  }

  /** Its name in a stage. */
  String field() {
    return field;
  }

  /** The annotation of pods that is about it. */
  String annotation() {
    return annotation;
  }

  /** What is said of a text that is no amount of it. */
  String expected() {
    return "expected " + expected;
  }

  boolean isAmount(String text) {
    return Amount.read(text)
        .filter(amount -> amount.value().signum() >= 0)
        .filter(amount -> this != GPU || !amount.isMoreThan(WHOLE))
        .isPresent();
  }
}
