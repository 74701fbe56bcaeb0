package dev.nauarch.api.vertical;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;

/**
 * What is known of the use of a container; the times are RFC 3339, empty where there is none.
 *
 * @param lastUpdateTime when it was written
 * @param version in which form it is written
 * @param cpuHistogram how much of processors it used, in cores
 * @param memoryHistogram the most that it used of memory in each interval, in bytes
 * @param firstSampleStart when the first sample of processors was taken
 * @param lastSampleStart when the last was
 * @param totalSamplesCount how many there were
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record CheckpointStatus(
    String lastUpdateTime,
    String version,
    HistogramCheckpoint cpuHistogram,
    HistogramCheckpoint memoryHistogram,
    String firstSampleStart,
    String lastSampleStart,
    long totalSamplesCount)
    implements Serializable {

  /** The form in which they are written. */
  public static final String VERSION = "v3";

  /** Nothing known. */
  public static final CheckpointStatus EMPTY =
      new CheckpointStatus("", "", HistogramCheckpoint.EMPTY, HistogramCheckpoint.EMPTY, "", "", 0);

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public CheckpointStatus {
    lastUpdateTime = lastUpdateTime == null ? "" : lastUpdateTime;
    version = version == null ? "" : version;
    cpuHistogram = cpuHistogram == null ? HistogramCheckpoint.EMPTY : cpuHistogram;
    memoryHistogram = memoryHistogram == null ? HistogramCheckpoint.EMPTY : memoryHistogram;
    firstSampleStart = firstSampleStart == null ? "" : firstSampleStart;
    lastSampleStart = lastSampleStart == null ? "" : lastSampleStart;
  }
}
