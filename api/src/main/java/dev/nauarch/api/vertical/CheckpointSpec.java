package dev.nauarch.api.vertical;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;

/**
 * What a checkpoint is about.
 *
 * @param vpaObjectName the autoscaler
 * @param containerName the container
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record CheckpointSpec(String vpaObjectName, String containerName) implements Serializable {

  /** Nothing stated. */
  public static final CheckpointSpec EMPTY = new CheckpointSpec("", "");

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public CheckpointSpec {
    vpaObjectName = vpaObjectName == null ? "" : vpaObjectName;
    containerName = containerName == null ? "" : containerName;
  }
}
