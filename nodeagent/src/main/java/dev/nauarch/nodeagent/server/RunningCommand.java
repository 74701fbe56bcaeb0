package dev.nauarch.nodeagent.server;

import dev.nauarch.nodeagent.runtime.ExecSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * One command inside a container, or a container that somebody is attached to, and a client at the
 * other end of a connection, whatever is spoken on it.
 */
final class RunningCommand {
  private static final Logger LOG = LoggerFactory.getLogger(RunningCommand.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int CHUNK_BYTES = 32 * 1024;
  private static final Duration LOOK = Duration.ofHours(1);
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  /** What a client may be sent, numbered as channels are. */
  enum Channel {
    STDIN(0),
    STDOUT(1),
    STDERR(2),
    ERROR(3),
    RESIZE(4);

    private final int number;

    Channel(int number) {
      this.number = number;
    }

    /** Its number on the wire. */
    int number() {
      return number;
    }
  }

  /** The other end of the connection. May be called from several threads. */
  interface Client {
    /** Sends output, and waits until it has left: what is not read does not pile up. */
    void send(Channel channel, byte[] content) throws IOException;

    /** Sends how the command ended, and takes leave. */
    void ended(int code) throws IOException;
  }

  private final ExecSession session;
  private final CommandRequest wanted;
  private final Client client;
  private final Duration lastWords;

  /** How many threads wait for the client to take something. */
  private final AtomicInteger sending = new AtomicInteger();

  /**
   * @param wanted which channels the client has; nothing is sent on others, or taken from them
   */
  RunningCommand(ExecSession session, CommandRequest wanted, Client client) {
    this(session, wanted, client, LAST_WORDS);
  }

  /**
   * @param lastWords how long to wait for output after the command's end
   */
  RunningCommand(ExecSession session, CommandRequest wanted, Client client, Duration lastWords) {
    this.session = session;
    this.wanted = wanted;
    this.client = client;
    this.lastWords = lastWords;
  }

  /** Begins to send what the command writes. */
  void start() {
    Thread.ofVirtual().name("exec").start(this::run);
  }

  private void run() {
    try {
      // Reading a terminal blocks its thread in the kernel, which a virtual one must not.
      var factory = wanted.tty() ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
      var out = factory.start(() -> copy(session.stdout(), Channel.STDOUT));
      var err = Thread.ofVirtual().start(() -> copy(session.stderr(), Channel.STDERR));
      var code = OptionalInt.empty();
      while (code.isEmpty()) {
        code = session.await(LOOK);
      }
      awaitEnd(out);
      awaitEnd(err);
      client.ended(code.getAsInt());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.debug("Nobody hears how a command ended", e);
    } finally {
      session.close();
    }
  }

  /**
   * Waits for the last output. What the command left running may keep its pipes open and is not
   * waited for long; a client that reads slowly is, until it has gone.
   */
  private void awaitEnd(Thread copying) throws InterruptedException {
    var isOver = copying.join(lastWords);
    while (!isOver && sending.get() > 0) {
      isOver = copying.join(lastWords);
    }
  }

  private void copy(InputStream in, Channel channel) {
    var chunk = new byte[CHUNK_BYTES];
    try {
      for (var count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        // What nobody asked for is read all the same: the command may not wait for a reader.
        if (wants(channel)) {
          send(channel, Arrays.copyOf(chunk, count));
        }
      }
    } catch (IOException e) {
      LOG.debug("A command's output ended early", e);
    }
  }

  private void send(Channel channel, byte[] content) throws IOException {
    sending.incrementAndGet();
    try {
      client.send(channel, content);
    } finally {
      sending.decrementAndGet();
    }
  }

  private boolean wants(Channel channel) {
    return channel == Channel.STDOUT ? wanted.stdout() : wanted.stderr();
  }

  /** Writes to the command, and waits while it does not read. */
  void stdin(byte[] bytes, int offset, int count) {
    if (!wanted.stdin()) {
      return;
    }
    try {
      session.stdin().write(bytes, offset, count);
      session.stdin().flush();
    } catch (IOException e) {
      LOG.debug("A command does not take its input", e);
    }
  }

  /** Ends the command's input. */
  void endStdin() {
    if (!wanted.stdin()) {
      return;
    }
    try {
      session.stdin().close();
    } catch (IOException e) {
      LOG.debug("A command's input did not close", e);
    }
  }

  /** Takes what a client wants its terminal's size to be. */
  void resize(byte[] bytes, int offset, int count) {
    try {
      var size = JSON.readTree(bytes, offset, count);
      var columns = size.path("Width").asInt(0);
      var rows = size.path("Height").asInt(0);
      if (columns > 0 && rows > 0 && columns <= 0xffff && rows <= 0xffff) {
        session.resize(columns, rows);
      }
    } catch (JacksonException e) {
      LOG.debug("Not the size of a terminal", e);
    }
  }

  /** The client has gone. */
  void stop() {
    session.close();
  }

  /** How a command ended, as a Status. */
  static byte[] status(int code) {
    var status = JSON.createObjectNode();
    status.putObject("metadata");
    status.put("status", code == 0 ? "Success" : "Failure");
    if (code != 0) {
      status.put("message", message(code));
      status.put("reason", "NonZeroExitCode");
      status
          .putObject("details")
          .putArray("causes")
          .addObject()
          .put("reason", "ExitCode")
          .put("message", String.valueOf(code));
    }
    return status.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** How a command failed, in words. */
  static String message(int code) {
    return "command terminated with non-zero exit code: exit status " + code;
  }
}
