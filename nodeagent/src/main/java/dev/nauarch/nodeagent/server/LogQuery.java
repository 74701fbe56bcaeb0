package dev.nauarch.nodeagent.server;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a log is wanted.
 *
 * @param follow whether to go on with what comes
 * @param previous whether the log of the container before the current one is meant
 * @param timestamps whether each line begins with its instant
 * @param since lines from then on
 * @param tailLines so many last lines; negative for all
 * @param limitBytes so many bytes at most; negative for all
 * @param stream {@code Stdout} or {@code Stderr}; empty for both
 */
record LogQuery(
    boolean follow,
    boolean previous,
    boolean timestamps,
    Instant since,
    long tailLines,
    long limitBytes,
    String stream) {

  /**
   * Reads the parameters of a request.
   *
   * @throws IllegalArgumentException where one has no sense
   */
  static LogQuery of(Function<String, @Nullable String> parameters, Instant now) {
    var since =
        Optional.ofNullable(parameters.apply("sinceTime"))
            .map(Instant::parse)
            .or(
                () ->
                    Optional.ofNullable(parameters.apply("sinceSeconds"))
                        .map(seconds -> now.minus(Duration.ofSeconds(Long.parseLong(seconds)))));
    var stream = parameters.apply("stream");
    return new LogQuery(
        flag(parameters.apply("follow")),
        flag(parameters.apply("previous")),
        flag(parameters.apply("timestamps")),
        since.orElse(Instant.EPOCH),
        number(parameters.apply("tailLines")),
        number(parameters.apply("limitBytes")),
        stream == null || stream.equals("All") ? "" : stream);
  }

  private static boolean flag(@Nullable String value) {
    return "true".equals(value) || "1".equals(value);
  }

  private static long number(@Nullable String value) {
    return value == null || value.isEmpty() ? -1 : Long.parseLong(value);
  }
}
