package dev.nauarch.launcher.command;

import dev.nauarch.apiserver.flowcontrol.LoadOptions;
import java.util.List;
import picocli.CommandLine.Option;

/** What {@code nau up} takes about how many requests are answered at once. */
final class LoadFlags {
  private static final String READING = "--max-requests-inflight";
  private static final String WRITING = "--max-mutating-requests-inflight";

  @Option(
      names = READING,
      paramLabel = "N",
      defaultValue = "400",
      description = "With the next one, how many requests are answered at once (${DEFAULT-VALUE}).")
  private int reading = 400;

  @Option(
      names = WRITING,
      paramLabel = "N",
      defaultValue = "200",
      description = "The two count together, as in Kubernetes (${DEFAULT-VALUE}).")
  private int writing = 200;

  /**
   * The limits.
   *
   * @throws IllegalArgumentException one is negative, or both are 0
   */
  LoadOptions options() {
    if (reading < 0 || writing < 0 || (reading == 0 && writing == 0)) {
      throw new IllegalArgumentException(
          READING
              + " is "
              + reading
              + " and "
              + WRITING
              + " is "
              + writing
              + ": neither may be negative, and one must be more than 0");
    }
    return LoadOptions.of(reading, writing);
  }

  /** The words that give the same flags to another process. */
  List<String> words() {
    return List.of(READING, Integer.toString(reading), WRITING, Integer.toString(writing));
  }
}
