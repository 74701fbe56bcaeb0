package dev.nauarch.apiserver.request;

import dev.nauarch.apiserver.port.Attributes;
import java.util.function.Function;

/** Has requests written down. */
public interface Auditing {

  /**
   * Answers a request and has it written down.
   *
   * @param unknown what it wants, as far as its path tells
   * @param isLong whether its answer goes on for as long as somebody listens
   * @param handler answers it
   */
  Response around(
      Request request, Attributes unknown, boolean isLong, Function<Request, Response> handler);
}
