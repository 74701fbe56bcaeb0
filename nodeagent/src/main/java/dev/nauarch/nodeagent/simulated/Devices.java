package dev.nauarch.nodeagent.simulated;

import io.fabric8.kubernetes.api.model.Node;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The accelerators of a node.
 *
 * @param count how many; 0 for none
 * @param model what they are called, for example {@code H100}; may be empty
 */
public record Devices(int count, String model) {
  /** The annotation of a simulated node that says which accelerators it has. */
  public static final String ANNOTATION = "nauarch.dev/devices";

  /** None. */
  public static final Devices NONE = new Devices(0, "");

  private static final Pattern FORM = Pattern.compile("(\\d{1,3})(?:x([A-Za-z0-9][-A-Za-z0-9]*))?");

  /** More fit in no slice. */
  private static final int COUNT_MAX = 128;

  /** Reads {@code COUNTxMODEL} or {@code COUNT}; empty for any other form, and for too many. */
  public static Optional<Devices> parse(String text) {
    var match = FORM.matcher(text);
    return match.matches() && Integer.parseInt(match.group(1)) <= COUNT_MAX
        ? Optional.of(
            new Devices(
                Integer.parseInt(match.group(1)), match.group(2) == null ? "" : match.group(2)))
        : Optional.empty();
  }

  /** Those that a node's annotation speaks of; empty where it can't be read. */
  static Optional<Devices> of(Node node) {
    var text = node.getMetadata().getAnnotations().get(ANNOTATION);
    return text == null ? Optional.of(NONE) : parse(text);
  }

  String text() {
    return model.isEmpty() ? String.valueOf(count) : count + "x" + model;
  }
}
