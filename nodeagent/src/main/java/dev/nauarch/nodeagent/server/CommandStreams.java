package dev.nauarch.nodeagent.server;

import dev.nauarch.nodeagent.runtime.ExecSession;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import dev.nauarch.nodeagent.spdy.SpdyConnection;
import dev.nauarch.nodeagent.spdy.SpdyStreams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One command over SPDY: each of its channels is a stream. The command begins once all of them are
 * open. Before {@code v4} a client is told of failure in words instead of a Status.
 */
final class CommandStreams implements SpdyStreams, RunningCommand.Client {
  /** The protocols that it speaks, the best one first. */
  static final List<String> PROTOCOLS =
      List.of("v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io");

  private static final byte[] NOTHING = {};

  private final SpdyConnection connection;
  private final Wanted wanted;
  private final Start start;
  private final Map<RunningCommand.Channel, Integer> streams = new ConcurrentHashMap<>();
  private volatile @Nullable RunningCommand command;

  /**
   * What a client asks for.
   *
   * @param streams how many streams it will open
   * @param command what of the command
   * @param hasStatus whether it wants to hear of the end as a Status
   */
  record Wanted(int streams, CommandRequest command, boolean hasStatus) {

    /** By the parameters of a request. */
    static Wanted of(CommandRequest request, String version) {
      var hasResize = request.tty() && !version.equals("v2.channel.k8s.io");
      var count =
          1
              + (request.stdin() ? 1 : 0)
              + (request.stdout() ? 1 : 0)
              + (request.stderr() && !request.tty() ? 1 : 0)
              + (hasResize && !version.equals("channel.k8s.io") && !version.isEmpty() ? 1 : 0);
      return new Wanted(count, request, version.startsWith("v4"));
    }
  }

  /** Begins the command. */
  @FunctionalInterface
  interface Start {
    ExecSession begin() throws RuntimeFault;
  }

  CommandStreams(SpdyConnection connection, Wanted wanted, Start start) {
    this.connection = connection;
    this.wanted = wanted;
    this.start = start;
  }

  @Override
  public void opened(int stream, Map<String, String> headers) throws IOException {
    var type = headers.getOrDefault("streamtype", "").toUpperCase(Locale.ROOT);
    try {
      streams.put(RunningCommand.Channel.valueOf(type), stream);
    } catch (IllegalArgumentException e) {
      throw new IOException("no stream of a command has the type \"" + type + "\"", e);
    }
    if (streams.size() == wanted.streams && command == null) {
      try {
        var running = new RunningCommand(start.begin(), wanted.command, this);
        command = running;
        running.start();
      } catch (RuntimeFault e) {
        fail(String.valueOf(e.getMessage()));
      }
    }
  }

  private void fail(String why) throws IOException {
    var error = streams.get(RunningCommand.Channel.ERROR);
    if (error != null) {
      var words =
          wanted.hasStatus
              ? "{\"metadata\":{},\"status\":\"Failure\",\"reason\":\"InternalError\",\"message\":\""
                  + why.replace("\\", "\\\\").replace("\"", "\\\"")
                  + "\"}"
              : why;
      var bytes = words.getBytes(StandardCharsets.UTF_8);
      connection.send(error, true, bytes, bytes.length);
    }
    connection.close();
  }

  @Override
  public void data(int stream, boolean isLast, byte[] content) {
    var running = command;
    if (running == null) {
      return;
    }
    if (isOf(RunningCommand.Channel.STDIN, stream)) {
      // A command that does not read holds its client up.
      running.stdin(content, 0, content.length);
      if (isLast) {
        running.endStdin();
      }
    } else if (isOf(RunningCommand.Channel.RESIZE, stream) && content.length > 0) {
      running.resize(content, 0, content.length);
    }
  }

  private boolean isOf(RunningCommand.Channel channel, int stream) {
    return streams.getOrDefault(channel, -1) == stream;
  }

  @Override
  public void send(RunningCommand.Channel channel, byte[] content) throws IOException {
    var stream = streams.get(channel);
    if (stream != null) {
      connection.send(stream, false, content, content.length);
    }
  }

  @Override
  public void ended(int code) throws IOException {
    for (var channel : List.of(RunningCommand.Channel.STDOUT, RunningCommand.Channel.STDERR)) {
      var stream = streams.get(channel);
      if (stream != null) {
        connection.send(stream, true, NOTHING, 0);
      }
    }
    var error = streams.get(RunningCommand.Channel.ERROR);
    if (error != null) {
      var words =
          wanted.hasStatus
              ? RunningCommand.status(code)
              : (code == 0 ? "" : RunningCommand.message(code)).getBytes(StandardCharsets.UTF_8);
      connection.send(error, true, words, words.length);
    }
    connection.close();
  }

  @Override
  public void reset(int stream) {
    if (isOf(RunningCommand.Channel.STDIN, stream)) {
      data(stream, true, NOTHING);
    }
  }

  @Override
  public void closed() {
    var running = command;
    if (running != null) {
      running.stop();
    }
  }
}
