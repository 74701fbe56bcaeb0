package dev.nauarch.apiserver.codec;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object that was read.
 *
 * @param object the object; the caller's own, to change as it likes
 * @param duplicateFields what {@code fieldValidation} is about and only a reader can see, for
 *     example {@code duplicate field "spec.replicas"}, or of YAML one text about all such keys; the
 *     last value of such a field counts
 */
public record Decoded(ObjectNode object, List<String> duplicateFields) {

  /** Copies the list. */
  public Decoded {
    duplicateFields = List.copyOf(duplicateFields);
  }
}
