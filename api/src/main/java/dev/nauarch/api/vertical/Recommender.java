package dev.nauarch.api.vertical;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;

/**
 * Who recommends.
 *
 * @param name its name
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Recommender(String name) implements Serializable {

  /** The name of the one that is built in. */
  public static final String BUILT_IN = "default";

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public Recommender {
    name = name == null ? "" : name;
  }
}
