package dev.nauarch.nodeagent.runtime;

import java.nio.file.Path;
import java.time.Instant;

/**
 * What has become of one container.
 *
 * @param id the runtime's name of it
 * @param sandboxId the sandbox it is in
 * @param podUid the pod it belongs to
 * @param name its name within the pod
 * @param attempt which of the containers of that name
 * @param image what it was made of
 * @param state where it is in its life
 * @param startedAt when it started; the epoch before that
 * @param finishedAt when it ended; the epoch before that
 * @param exitCode its exit code, 128 and the signal for one that was killed; 0 before its end
 * @param reason {@code Completed}, {@code Error}, {@code OOMKilled}, {@code StartError}, {@code
 *     ContainerStatusUnknown}; empty before its end
 * @param message more about the end; may be empty
 * @param logFile where its output is
 */
public record ContainerStatus(
    String id,
    String sandboxId,
    String podUid,
    String name,
    int attempt,
    ContainerImage image,
    State state,
    Instant startedAt,
    Instant finishedAt,
    int exitCode,
    String reason,
    String message,
    Path logFile) {

  /** Where a container is in its life. */
  public enum State {
    CREATED,
    RUNNING,
    EXITED
  }
}
