package dev.nauarch.nodeagent.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One container to make.
 *
 * @param name its name within the pod
 * @param attempt 0 for the first of that name in its pod, one more for each that follows
 * @param image what it is made of
 * @param command the program and its arguments, none of them left to expand
 * @param environment all its variables
 * @param workingDirectory where it starts; empty for the image's own
 * @param mounts what it sees besides its image, in the order to mount
 * @param limits what it may use
 * @param security as whom it runs
 * @param logFile where its output goes
 * @param stopSignal what it is asked to stop with, a number of Linux
 * @param interaction how people talk with it
 */
public record ContainerConfig(
    String name,
    int attempt,
    String image,
    List<String> command,
    Map<String, String> environment,
    String workingDirectory,
    List<Mount> mounts,
    ResourceLimits limits,
    Security security,
    Path logFile,
    int stopSignal,
    Interaction interaction) {

  /** Takes what an agent of before has saved, which knew of no interaction. */
  public ContainerConfig {
    interaction = Objects.requireNonNullElse(interaction, Interaction.NONE);
  }

  /**
   * How people talk with a container.
   *
   * @param stdin whether those who are attached to it can write to it
   * @param stdinOnce whether its input ends when the first of those has left
   * @param tty whether it has a terminal
   */
  public record Interaction(boolean stdin, boolean stdinOnce, boolean tty) {

    /** Not at all. */
    public static final Interaction NONE = new Interaction(false, false, false);

    /** Whether its input is a pipe: a terminal that nobody writes to does not end either. */
    public boolean hasPipe() {
      return stdin || tty;
    }
  }

  /**
   * A file or directory of the host that a container sees.
   *
   * @param source where it is on the host
   * @param target where the container sees it
   * @param readOnly whether the container can't write to it
   */
  public record Mount(Path source, String target, boolean readOnly) {}

  /**
   * As whom, and with which rights, a container runs.
   *
   * @param user the user id; -1 for the image's own
   * @param group the primary group id; -1 for the image's own
   * @param groups further groups
   * @param privileged whether it has all rights of the host
   * @param addCapabilities capabilities beyond the usual, without the CAP_ prefix; may hold ALL
   * @param dropCapabilities capabilities of the usual that it shall not have; may hold ALL
   * @param noNewPrivileges whether setuid programs have no effect
   * @param readOnlyRoot whether it can write to its mounts only
   */
  public record Security(
      long user,
      long group,
      List<Long> groups,
      boolean privileged,
      List<String> addCapabilities,
      List<String> dropCapabilities,
      boolean noNewPrivileges,
      boolean readOnlyRoot) {

    /** As the image has it. */
    public static final Security DEFAULT =
        new Security(-1, -1, List.of(), false, List.of(), List.of(), false, false);
  }
}
