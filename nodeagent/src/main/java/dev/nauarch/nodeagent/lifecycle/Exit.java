package dev.nauarch.nodeagent.lifecycle;

import java.time.Instant;

/**
 * How a container ended.
 *
 * @param containerId the runtime's name of it
 * @param code its exit code
 * @param reason for example {@code Completed}, {@code Error}, {@code OOMKilled}
 * @param message its last words; may be empty
 * @param startedAt when it had started
 * @param finishedAt when it ended
 */
public record Exit(
    String containerId,
    int code,
    String reason,
    String message,
    Instant startedAt,
    Instant finishedAt) {}
