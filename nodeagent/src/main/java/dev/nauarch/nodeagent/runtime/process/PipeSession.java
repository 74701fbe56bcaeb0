package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.runtime.ExecSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** A program inside a container whose streams are pipes. */
final class PipeSession implements ExecSession {
  private final Process process;

  private PipeSession(Process process) {
    this.process = process;
  }

  static PipeSession start(List<String> command, Map<String, String> environment, boolean stdin)
      throws IOException {
    var builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    var process = builder.start();
    if (!stdin) {
      process.getOutputStream().close();
    }
    return new PipeSession(process);
  }

  @Override
  public OutputStream stdin() {
    return process.getOutputStream();
  }

  @Override
  public InputStream stdout() {
    return process.getInputStream();
  }

  @Override
  public InputStream stderr() {
    return process.getErrorStream();
  }

  @Override
  public void resize(int columns, int rows) {}

  @Override
  public OptionalInt await(Duration timeout) throws InterruptedException {
    return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)
        ? OptionalInt.of(process.exitValue())
        : OptionalInt.empty();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
