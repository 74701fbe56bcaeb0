package dev.nauarch.apiserver.request;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The body of a request. */
@FunctionalInterface
public interface Body {

  /** No body. */
  Body NONE = max -> new byte[0];

  /**
   * Reads it to its end; once.
   *
   * @param max how many bytes at the most
   * @throws dev.nauarch.api.ApiException {@code REQUEST_ENTITY_TOO_LARGE} when there are more
   */
  byte[] read(int max) throws IOException;

  /** The body as it comes, however long it is; in place of {@link #read}. */
  default InputStream open() throws IOException {
    return new ByteArrayInputStream(read(Integer.MAX_VALUE - 1));
  }
}
