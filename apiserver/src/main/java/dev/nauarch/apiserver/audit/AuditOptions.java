package dev.nauarch.apiserver.audit;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How requests are written down.
 *
 * @param policy of which requests how much is kept
 * @param log the file
 * @param bytesMax the size at which the file is put aside and a new one begins
 * @param filesMax how many files are kept aside; 0 for all
 * @param ageMax how long files are kept aside; zero for ever
 */
public record AuditOptions(
    AuditPolicy policy, Path log, long bytesMax, int filesMax, Duration ageMax) {

  /** The size of a file where nothing else is said: 100 MiB. */
  public static final long BYTES_MAX = 100L << 20;
}
