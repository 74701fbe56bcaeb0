package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.watch.WatchChannel;
import dev.nauarch.apiserver.watch.WatchEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/** Writes the events of one watch as lines of JSON or frames of protobuf until its time is over. */
final class WatchWriter implements Response.Writer {

  private static final Duration BOOKMARK_INTERVAL = Duration.ofSeconds(60);
  private static final int CHUNK_BYTES = 64 * 1024;

  /**
   * What a watch waits at most between two sends, for each watch of the resource: where many hear
   * the same events, several of them leave together, which costs less than half of sending each
   * alone. What comes after a silence never waits.
   */
  private static final long PAUSE_NANOS_EACH = 48_000;

  private static final long PAUSE_NANOS_MAX = 24_000_000;

  /** Shorter pauses are not worth their own cost. */
  private static final long PAUSE_NANOS_MIN = 1_000_000;

  private static final byte[] END = "}\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ADDED = begin("ADDED");
  private static final byte[] MODIFIED = begin("MODIFIED");
  private static final byte[] DELETED = begin("DELETED");

  private final Call call;
  private final Answers answers;
  private final View view;
  private final boolean isProtobuf;
  private final WatchChannel channel;
  private final Duration timeout;
  private final boolean wantsBookmarks;
  private final Chunk chunk = new Chunk();

  /** Bytes on their way to the sink; its buffer is sent without another copy. */
  private static final class Chunk extends ByteArrayOutputStream {

    Chunk() {
      super(1024);
    }

    void sendTo(Sink sink) throws IOException {
      if (count > 0) {
        sink.send(buf, 0, count);
        reset();
      }
    }
  }

  WatchWriter(
      Call call, Answers answers, WatchChannel channel, Duration timeout, boolean wantsBookmarks) {
    this.call = call;
    this.answers = answers;
    this.view = answers.view(call);
    this.isProtobuf = call.encoding().mediaType().equals(Encoding.PROTOBUF);
    this.channel = channel;
    this.timeout = timeout;
    this.wantsBookmarks = wantsBookmarks;
  }

  @Override
  public void write(Sink sink) throws IOException, InterruptedException {
    write(sink, () -> {});
  }

  @Override
  public void write(Sink sink, Runnable caughtUp) throws IOException, InterruptedException {
    try (channel) {
      // Headers first: the client waits for them before it waits for events.
      sink.send(new byte[0], 0, 0);
      var end = System.nanoTime() + timeout.toNanos();
      var nextBookmark = System.nanoTime() + BOOKMARK_INTERVAL.toNanos();
      var isOpen = true;
      var isBehind = true;
      while (isOpen) {
        if (isBehind && !channel.isBehind()) {
          isBehind = false;
          caughtUp.run();
        }
        var now = System.nanoTime();
        if (now >= end) {
          return;
        }
        var until = wantsBookmarks ? Math.min(end, nextBookmark) : end;
        for (var event : channel.take(Duration.ofNanos(Math.max(0, until - now)))) {
          isOpen &= write(event);
          if (chunk.size() >= CHUNK_BYTES) {
            chunk.sendTo(sink);
          }
        }
        var hasSent = chunk.size() > 0;
        chunk.sendTo(sink);
        if (hasSent && isOpen) {
          pause(end);
        }
        if (wantsBookmarks && System.nanoTime() >= Math.min(nextBookmark, end)) {
          channel.bookmark();
          nextBookmark = System.nanoTime() + BOOKMARK_INTERVAL.toNanos();
          if (System.nanoTime() >= end) {
            writeAll(sink);
          }
        }
      }
    }
  }

  /**
   * Waits for the next tick. All watches of a resource have the same ticks: waking them together
   * costs a fraction of waking each at a time of its own.
   */
  private void pause(long end) throws InterruptedException {
    var between = Math.min(PAUSE_NANOS_MAX, channel.rivals() * PAUSE_NANOS_EACH);
    if (between >= PAUSE_NANOS_MIN) {
      var now = System.nanoTime();
      var pause = between - Math.floorMod(now, between);
      Thread.sleep(Duration.ofNanos(Math.min(pause, Math.max(0, end - now))));
    }
  }

  private void writeAll(Sink sink) throws IOException, InterruptedException {
    for (var event : channel.take(Duration.ZERO)) {
      write(event);
    }
    chunk.sendTo(sink);
  }

  /** Whether more may follow. */
  private boolean write(WatchEvent event) {
    switch (event) {
      case WatchEvent.Changed(var type, var object) -> {
        if (isProtobuf) {
          chunk.writeBytes(answers.frame(type.name(), view.eventBytes(object)));
        } else {
          chunk.writeBytes(begin(type));
          chunk.writeBytes(view.eventBytes(object));
          chunk.writeBytes(END);
        }
        return true;
      }
      case WatchEvent.Bookmark(var revision, var endsInitialEvents) -> {
        if (wantsBookmarks) {
          var bookmark = bookmark(revision, endsInitialEvents);
          chunk.writeBytes(event(answers, call, "BOOKMARK", view.encoded(bookmark)));
        }
        return true;
      }
      case WatchEvent.Ended(var reason) -> {
        if (reason.reason() == ApiException.Reason.EXPIRED) {
          chunk.writeBytes(error(answers, call, reason));
        }
        return false;
      }
    }
  }

  /** One event that says why there is no watch. */
  static Response.Writer failed(Answers answers, Call call, ApiException reason) {
    return sink -> {
      var event = error(answers, call, reason);
      sink.send(event, 0, event.length);
    };
  }

  private static byte[] error(Answers answers, Call call, ApiException reason) {
    return event(answers, call, "ERROR", answers.status(call, StatusObject.failure(reason)));
  }

  private static byte[] event(Answers answers, Call call, String type, byte[] object) {
    if (call.encoding().mediaType().equals(Encoding.PROTOBUF)) {
      return answers.frame(type, object);
    }
    var line = new ByteArrayOutputStream(object.length + 64);
    line.writeBytes(begin(type));
    line.writeBytes(object);
    line.writeBytes(END);
    return line.toByteArray();
  }

  private ObjectNode bookmark(long revision, boolean endsInitialEvents) {
    var object = view.empty();
    var metadata = Json.childOf(object, "metadata");
    metadata.put("resourceVersion", Long.toString(revision));
    if (endsInitialEvents) {
      metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
    }
    return object;
  }

  private static byte[] begin(WatchEvent.Type type) {
    return switch (type) {
      case ADDED -> ADDED;
      case MODIFIED -> MODIFIED;
      case DELETED -> DELETED;
    };
  }

  private static byte[] begin(String type) {
    return ("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.US_ASCII);
  }
}
