package dev.nauarch.nodeagent.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.runtime.ExecSession;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunningCommandTest {
  private static final CommandRequest OUTPUT_ONLY =
      new CommandRequest(List.of("x"), false, true, false, false);

  /** A command that has written a word on each of its streams, and ended with 3. */
  private static final class Ended implements ExecSession {
    private final ByteArrayOutputStream input = new ByteArrayOutputStream();
    private final InputStream out = new ByteArrayInputStream(bytes("out"));
    private final InputStream problems = new ByteArrayInputStream(bytes("problem"));

    @Override
    public OutputStream stdin() {
      return input;
    }

    @Override
    public InputStream stdout() {
      return out;
    }

    @Override
    public InputStream stderr() {
      return problems;
    }

    @Override
    public void resize(int columns, int rows) {}

    @Override
    public OptionalInt await(Duration timeout) {
      return OptionalInt.of(3);
    }

    @Override
    public void close() {}
  }

  /** One who takes nothing until it is told to. */
  private static final class Slow implements RunningCommand.Client {
    private final CountDownLatch takes = new CountDownLatch(1);
    private final CountDownLatch hasEnded = new CountDownLatch(1);
    private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @Override
    public void send(RunningCommand.Channel channel, byte[] content) {
      try {
        takes.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      heard.add(channel + " " + new String(content, StandardCharsets.UTF_8));
    }

    @Override
    public void ended(int code) {
      heard.add("ended with " + code);
      hasEnded.countDown();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void whoReadsSlowlyHearsAllOfACommandThatHasEnded() throws Exception {
    var client = new Slow();
    new RunningCommand(new Ended(), OUTPUT_ONLY, client, Duration.ofMillis(1)).start();
    assertFalse(client.hasEnded.await(50, TimeUnit.MILLISECONDS));
    client.takes.countDown();
    assertTrue(client.hasEnded.await(10, TimeUnit.SECONDS));
    assertEquals(List.of("STDOUT out", "ended with 3"), List.copyOf(client.heard));
  }

  @Test
  void whatNobodyAskedForIsNeitherSentNorTaken() throws Exception {
    var client = new Slow();
    client.takes.countDown();
    var session = new Ended();
    var command = new RunningCommand(session, OUTPUT_ONLY, client);
    command.stdin(bytes("word"), 0, 4);
    command.endStdin();
    command.start();
    assertTrue(client.hasEnded.await(10, TimeUnit.SECONDS));
    assertEquals(List.of("STDOUT out", "ended with 3"), List.copyOf(client.heard));
    assertEquals(0, session.problems.available());
    assertEquals(0, session.input.size());
  }
}
