package dev.nauarch.api.vertical;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often amounts were seen.
 *
 * @param referenceTimestamp RFC 3339: a sample of then weighs one; empty where there is none
 * @param bucketWeights weights by number of bucket, in parts of the largest
 * @param totalWeight what all weights come to
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record HistogramCheckpoint(
    String referenceTimestamp, Map<String, Integer> bucketWeights, double totalWeight)
    implements Serializable {

  /** None. */
  public static final HistogramCheckpoint EMPTY = new HistogramCheckpoint("", new TreeMap<>(), 0);

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public HistogramCheckpoint {
    referenceTimestamp = referenceTimestamp == null ? "" : referenceTimestamp;
    bucketWeights = bucketWeights == null ? new TreeMap<>() : new TreeMap<>(bucketWeights);
  }
}
