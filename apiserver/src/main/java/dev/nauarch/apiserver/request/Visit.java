package dev.nauarch.apiserver.request;

import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One request on its way through the handler. Used by one thread. */
final class Visit {

  private static final Response LATER = new Response.Full(503, "", new byte[0], List.of());

  private static final byte[] TOO_MANY =
      "Too many requests, please try again later.\n".getBytes(StandardCharsets.US_ASCII);

  private final Turns turns;
  private final boolean mayWait;
  private final List<String> warnings = new ArrayList<>(0);
  private Turns.Turn turn = Turns.FREE;
  private boolean isPutOff;

  /**
   * @param turns whose turn it is
   * @param mayWait whether the calling thread may wait
   */
  Visit(Turns turns, boolean mayWait) {
    this.turns = turns;
    this.mayWait = mayWait;
  }

  /** Collects texts that the client will be warned with. */
  List<String> warnings() {
    return warnings;
  }

  /** Waits for the request's turn; the answer of one that does not get any. */
  Optional<Response> enter(User user, Attributes wanted, Query query) {
    return switch (turns.take(user, wanted, query, mayWait)) {
      case Turns.Turn taken -> {
        turn = taken;
        yield Optional.empty();
      }
      case Turns.NotNow _ -> {
        isPutOff = true;
        yield Optional.of(LATER);
      }
      case Turns.Refused(var headers) -> Optional.of(tooMany(headers));
    };
  }

  /** Whether the request has to be handled again where it may wait: its answer is none. */
  boolean isPutOff() {
    return isPutOff;
  }

  /** Ends the turn: now, or when the answer has been written. */
  Response leave(Response response) {
    if (turn.equals(Turns.FREE)) {
      return response;
    }
    var headers = joined(response.headers(), turn.headers());
    return switch (response) {
      case Response.Full(var status, var type, var body, _) -> {
        end();
        yield new Response.Full(status, type, body, headers);
      }
      case Response.Upgraded(_, var peer) -> {
        end();
        yield new Response.Upgraded(headers, peer);
      }
      case Response.Streamed(var status, var type, var writer, _) ->
          new Response.Streamed(status, type, new InTurn(writer, turn), headers);
    };
  }

  /** Ends the turn, whatever else happens. */
  void end() {
    turn.end();
  }

  private static Response tooMany(List<Response.Header> headers) {
    return new Response.Full(
        429,
        "text/plain; charset=utf-8",
        TOO_MANY,
        joined(
            List.of(
                new Response.Header("Retry-After", "1"),
                new Response.Header("X-Content-Type-Options", "nosniff")),
            headers));
  }

  private static List<Response.Header> joined(
      List<Response.Header> headers, List<Response.Header> others) {
    if (headers.isEmpty() || others.isEmpty()) {
      return headers.isEmpty() ? others : headers;
    }
    var all = new ArrayList<>(headers);
    all.addAll(others);
    return all;
  }

  private record InTurn(Response.Writer writer, Turns.Turn turn) implements Response.Writer {

    @Override
    public void write(Sink sink) throws IOException, InterruptedException {
      turn.streaming(true);
      try {
        writer.write(sink, turn::end);
      } finally {
        turn.streaming(false);
        turn.end();
      }
    }
  }
}
