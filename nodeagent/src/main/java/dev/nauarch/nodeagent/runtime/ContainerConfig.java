package dev.nauarch.nodeagent.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One container to make.
 *
 * @param name its name within the pod
 * @param attempt 0 for the first of that name in its pod, one more for each that follows
 * @param image what it is made of
 * @param command the program in place of the image's entry point, expanded; empty for the image's
 * @param arguments the arguments in place of the image's, expanded; empty for the image's where the
 *     program is the image's too
 * @param environment its variables besides the image's
 * @param workingDirectory where it starts; empty for the image's own
 * @param mounts what it sees besides its image, in the order to mount
 * @param devices what of the machine's devices it has
 * @param limits what it may use
 * @param security as whom it runs
 * @param logFile where its output goes
 * @param stopSignal what it is asked to stop with, a number of Linux; 0 for the image's own
 * @param interaction how people talk with it
 * @param target the id of the container whose processes it sees; empty for its own alone
 */
public record ContainerConfig(
    String name,
    int attempt,
    ContainerImage image,
    List<String> command,
    List<String> arguments,
    Map<String, String> environment,
    String workingDirectory,
    List<Mount> mounts,
    Devices devices,
    ResourceLimits limits,
    Security security,
    Path logFile,
    int stopSignal,
    Interaction interaction,
    Optional<String> target) {

  /**
   * The same with nothing left to its image.
   *
   * @param words the program with its arguments
   */
  public ContainerConfig whole(
      List<String> words,
      Map<String, String> variables,
      String directory,
      Security rights,
      int signal) {
    return new ContainerConfig(
        name,
        attempt,
        image,
        words,
        List.of(),
        variables,
        directory,
        mounts,
        devices,
        limits,
        rights,
        logFile,
        signal,
        interaction,
        target);
  }

  /** The same with other mounts. */
  public ContainerConfig withMounts(List<Mount> others) {
    return new ContainerConfig(
        name,
        attempt,
        image,
        command,
        arguments,
        environment,
        workingDirectory,
        others,
        devices,
        limits,
        security,
        logFile,
        stopSignal,
        interaction,
        target);
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
   * A file or directory that a container sees.
   *
   * @param source where it is on the host; for an image, where in the image
   * @param target where the container sees it
   * @param access who may write to it
   * @param propagation whether mounts that are made below it later are seen on the other side
   * @param image what image it is of; empty for the host's own
   */
  public record Mount(
      Path source,
      String target,
      Access access,
      Propagation propagation,
      Optional<ContainerImage> image) {

    /** A file or directory of the host. */
    public Mount(Path source, String target, boolean readOnly) {
      this(
          source,
          target,
          readOnly ? Access.READ_ONLY : Access.READ_WRITE,
          Propagation.NONE,
          Optional.empty());
    }

    /** Whether the container can't write to it. */
    public boolean readOnly() {
      return access != Access.READ_WRITE;
    }
  }

  /** Who may write to a mount. */
  public enum Access {
    READ_WRITE,
    READ_ONLY,
    /** Nor can anybody write to what is mounted below it. */
    RECURSIVE_READ_ONLY
  }

  /** Which mounts that are made later are seen, in Kubernetes' words. */
  public enum Propagation {
    NONE,
    HOST_TO_CONTAINER,
    BIDIRECTIONAL
  }

  /**
   * What of the machine's devices a container has.
   *
   * @param nodes device files
   * @param cdi names of the Container Device Interface
   * @param annotations what the runtime's plugins are told
   */
  public record Devices(List<DeviceNode> nodes, List<String> cdi, Map<String, String> annotations) {

    /** None but the usual. */
    public static final Devices NONE = new Devices(List.of(), List.of(), Map.of());
  }

  /**
   * A device file.
   *
   * @param source on the host
   * @param target in the container
   * @param permissions some of {@code r}, {@code w} and {@code m}
   */
  public record DeviceNode(String source, String target, String permissions) {}

  /**
   * As whom, and with which rights, a container runs.
   *
   * @param user the user id; -1 for the image's own
   * @param userName the name that the image gives its user, where the number is not known; else
   *     empty
   * @param group the primary group id; -1 for the image's own
   * @param groups further groups
   * @param strictGroups whether the groups that the image gives its user are left out
   * @param privileged whether it has all rights of the host
   * @param addCapabilities capabilities beyond the usual, without the CAP_ prefix; may hold ALL
   * @param dropCapabilities capabilities of the usual that it shall not have; may hold ALL
   * @param noNewPrivileges whether setuid programs have no effect
   * @param readOnlyRoot whether it can write to its mounts only
   * @param confinement what else holds it in
   */
  public record Security(
      long user,
      String userName,
      long group,
      List<Long> groups,
      boolean strictGroups,
      boolean privileged,
      List<String> addCapabilities,
      List<String> dropCapabilities,
      boolean noNewPrivileges,
      boolean readOnlyRoot,
      Confinement confinement) {

    /** As the image has it. */
    public static final Security DEFAULT =
        new Security(
            -1,
            "",
            -1,
            List.of(),
            false,
            false,
            List.of(),
            List.of(),
            false,
            false,
            Confinement.DEFAULT);

    /** This, with further groups. */
    public Security withGroups(List<Long> more) {
      if (more.isEmpty()) {
        return this;
      }
      var all = new ArrayList<>(groups);
      all.addAll(more);
      return new Security(
          user,
          userName,
          group,
          all,
          strictGroups,
          privileged,
          addCapabilities,
          dropCapabilities,
          noNewPrivileges,
          readOnlyRoot,
          confinement);
    }
  }

  /**
   * What holds a container in besides its rights.
   *
   * @param seccomp which system calls it may make
   * @param appArmor what it may touch, by AppArmor; empty for the runtime's own, where there is any
   * @param seLinux user, role, type and level, by SELinux; empty for the runtime's own
   * @param unmaskedProc whether it sees all of {@code /proc}
   */
  public record Confinement(
      Profile seccomp,
      Optional<Profile> appArmor,
      Optional<SeLinux> seLinux,
      boolean unmaskedProc) {

    /** No system call is filtered, since Kubernetes asks for that alone by default. */
    public static final Confinement DEFAULT =
        new Confinement(Profile.UNCONFINED, Optional.empty(), Optional.empty(), false);
  }

  /**
   * A profile of seccomp or AppArmor.
   *
   * @param type which
   * @param name of one on this machine, a file's path for seccomp; else empty
   */
  public record Profile(Type type, String name) {

    /** Where a profile comes from. */
    public enum Type {
      RUNTIME_DEFAULT,
      UNCONFINED,
      LOCALHOST
    }

    /** The runtime's. */
    public static final Profile RUNTIME_DEFAULT = new Profile(Type.RUNTIME_DEFAULT, "");

    /** None. */
    public static final Profile UNCONFINED = new Profile(Type.UNCONFINED, "");
  }

  /**
   * A label of SELinux.
   *
   * @param user its user; each of these may be empty for the runtime's own
   * @param role its role
   * @param type its type
   * @param level its level
   */
  public record SeLinux(String user, String role, String type, String level) {}
}
