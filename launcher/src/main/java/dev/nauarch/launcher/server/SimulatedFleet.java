package dev.nauarch.launcher.server;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Simulated nodes of one shape.
 *
 * @param count how many
 * @param gpus GPUs of each
 * @param model the GPUs' model; empty where there are none
 */
public record SimulatedFleet(int count, int gpus, String model) {
  private static final Pattern FORM =
      Pattern.compile("simulated:(\\d{1,6})(?::(\\d{1,3})x([A-Za-z0-9][-A-Za-z0-9]*))?");

  /**
   * Reads {@code simulated:COUNT[:GPUSxMODEL]}.
   *
   * @throws IllegalArgumentException for any other form
   */
  public static Optional<SimulatedFleet> parse(Optional<String> text) {
    return text.map(
        value -> {
          var match = FORM.matcher(value);
          if (!match.matches()) {
            throw new IllegalArgumentException(
                "--nodes "
                    + value
                    + ": expected simulated:COUNT[:GPUSxMODEL], for example simulated:100:8xH100");
          }
          var gpus = match.group(2) == null ? 0 : Integer.parseInt(match.group(2));
          var model = match.group(3) == null ? "" : match.group(3);
          return new SimulatedFleet(Integer.parseInt(match.group(1)), gpus, model);
        });
  }
}
