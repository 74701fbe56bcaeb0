package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;

/**
 * Where a local queue leads.
 *
 * @param clusterQueue the cluster queue
 * @param stopPolicy {@code None}, {@code Hold} or {@code HoldAndDrain}; empty for the first
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record LocalQueueSpec(String clusterQueue, String stopPolicy) implements Serializable {

  /** Nothing stated. */
  public static final LocalQueueSpec EMPTY = new LocalQueueSpec("", "");

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public LocalQueueSpec {
    clusterQueue = clusterQueue == null ? "" : clusterQueue;
    stopPolicy = stopPolicy == null ? "" : stopPolicy;
  }
}
