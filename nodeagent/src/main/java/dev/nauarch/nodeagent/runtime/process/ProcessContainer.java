package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.runtime.ContainerConfig;
import dev.nauarch.nodeagent.runtime.ContainerStatus;
import dev.nauarch.nodeagent.runtime.ExecSession;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One container of the process runtime. Its three pipes are read on the runtime's pipe thread; the
 * end of the {@code alive} pipe means that the shim is gone, and with it the container.
 */
final class ProcessContainer {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessContainer.class);

  private final String id;
  private final ProcessSandbox sandbox;
  private final ContainerConfig config;
  private final ContainerDirectory directory;
  private final Attachments attachments;
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  ProcessContainer(
      String id, ProcessSandbox sandbox, ContainerConfig config, ContainerDirectory directory) {
    this.id = id;
    this.sandbox = sandbox;
    this.config = config;
    this.directory = directory;
    this.attachments = new Attachments(config.interaction(), directory.pipe("stdin"));
  }

  String sandboxId() {
    return sandbox.id();
  }

  ContainerConfig config() {
    return config;
  }

  ContainerDirectory directory() {
    return directory;
  }

  String id() {
    return id;
  }

  /** The container's cgroup, from the root of the hierarchy. */
  String cgroup() {
    return sandbox.config().cgroup() + "/" + config.name() + "." + config.attempt();
  }

  /**
   * Starts to read the pipes.
   *
   * @param adopted whether the container was started by an agent before this one
   * @param onEnd called once on the pipe thread, after the end
   */
  void watch(
      PipeWatch pipes, boolean adopted, InstantSource clock, Consumer<ProcessContainer> onEnd)
      throws IOException {
    var log = new ContainerLog(config.logFile(), ContainerLog.Limits.DEFAULT, clock);
    var open = new CountDownLatch(2);
    attachments.open();
    for (var name : List.of("stdout", "stderr")) {
      var isError = name.equals("stderr");
      var reader = new LogReader(log, log.stream(name), open, attachments, isError);
      pipes.watch(directory.pipe(name), adopted, reader);
    }
    pipes.watch(
        directory.pipe("alive"),
        adopted,
        new PipeWatch.Reader() {
          @Override
          public void onBytes(byte[] bytes, int count) {
            onWord(new String(bytes, 0, count, StandardCharsets.UTF_8).strip());
          }

          @Override
          public void onEnd() {
            onEnd.accept(ProcessContainer.this);
            ended.countDown();
            started.countDown();
          }
        });
  }

  /** Takes what {@code enter.sh} says: that the program comes next, or why it can't be started. */
  private void onWord(String word) {
    var blank = word.indexOf(' ');
    try {
      directory.write(word.startsWith("started ") ? "init" : "error", word.substring(blank + 1));
    } catch (IOException e) {
      throw new UncheckedIOException("writing the state of container " + id + " failed", e);
    }
    started.countDown();
  }

  /**
   * Writes one of the two output streams to the log, and to who is attached; the second to end
   * closes it.
   */
  private record LogReader(
      ContainerLog log,
      ContainerLog.Stream stream,
      CountDownLatch open,
      Attachments attachments,
      boolean isError)
      implements PipeWatch.Reader {
    @Override
    public void onBytes(byte[] bytes, int count) {
      stream.accept(bytes, count);
      attachments.written(isError, bytes, count);
    }

    @Override
    public void onEnd() {
      stream.end();
      open.countDown();
      if (open.getCount() == 0) {
        log.close();
        attachments.end();
      }
    }
  }

  /** Attaches somebody to the container. */
  ExecSession attach(boolean stdin) {
    var hasInput = stdin && config.interaction().stdin();
    var session = new AttachSession(attachments, hasInput, this::resize);
    attachments.add(session);
    return session;
  }

  /** Changes the size of the container's terminal, which is that of its program. */
  private void resize(int columns, int rows) {
    if (!attachments.tty()) {
      return;
    }
    try {
      var fd =
          Posix.open(
              "/proc/" + directory.init().orElseThrow() + "/fd/0", Posix.O_RDWR | Posix.O_NOCTTY);
      try {
        Posix.resizeTerminal(fd, columns, rows);
      } finally {
        Posix.close(fd);
      }
    } catch (IOException | NoSuchElementException e) {
      LOG.debug("The terminal of {} could not be resized", id, e);
    }
  }

  /** Waits until the container's program runs, or could not be started. */
  boolean awaitStarted(Duration timeout) throws InterruptedException {
    return started.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits for the container's end. */
  boolean awaitEnded(Duration timeout) throws InterruptedException {
    return ended.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /** Signals the container's first process. */
  void signal(int signal) throws RuntimeFault {
    try {
      var init = directory.init();
      if (init.isPresent() && !hasEnded()) {
        Posix.kill(init.getAsLong(), signal);
      }
    } catch (IOException e) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "no pid of container " + id, e);
    }
  }

  ContainerStatus status() {
    try {
      if (!directory.wasStarted()) {
        return status(ContainerStatus.State.CREATED, Instant.EPOCH, 0, "", "");
      }
      if (!hasEnded()) {
        return status(ContainerStatus.State.RUNNING, Instant.EPOCH, 0, "", "");
      }
      return endedStatus();
    } catch (IOException e) {
      throw new UncheckedIOException("reading the state of container " + id + " failed", e);
    }
  }

  private ContainerStatus endedStatus() throws IOException {
    var exit = directory.exit();
    if (exit.isEmpty()) {
      return status(
          ContainerStatus.State.EXITED,
          directory.startedAt(),
          137,
          "ContainerStatusUnknown",
          "what stood by the container was killed, so its exit code is not known");
    }
    var code = exit.getAsInt();
    var error = directory.startError();
    if (error.isPresent()) {
      return status(
          ContainerStatus.State.EXITED, directory.finishedAt(), 128, "StartError", error.get());
    }
    var reason = code == 0 ? "Completed" : directory.wasOutOfMemory() ? "OOMKilled" : "Error";
    return status(ContainerStatus.State.EXITED, directory.finishedAt(), code, reason, "");
  }

  private ContainerStatus status(
      ContainerStatus.State state, Instant finishedAt, int code, String reason, String message)
      throws IOException {
    return new ContainerStatus(
        id,
        sandbox.id(),
        sandbox.config().pod().uid(),
        config.name(),
        config.attempt(),
        config.image(),
        state,
        directory.startedAt(),
        finishedAt,
        code,
        reason,
        message,
        config.logFile());
  }
}
