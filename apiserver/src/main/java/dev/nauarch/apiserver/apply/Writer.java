package dev.nauarch.apiserver.apply;

import java.time.Instant;

/**
 * Who writes an object, and when.
 *
 * @param manager the name of the field manager: the request's {@code fieldManager}, or the first
 *     part of its user agent
 * @param subresource the subresource that is written, for example {@code status}; empty for none
 * @param now when; it enters {@code managedFields} in whole seconds
 */
public record Writer(String manager, String subresource, Instant now) {

  /** A writer without a name is called unknown. */
  public Writer {
    manager = manager.isEmpty() ? "unknown" : manager;
  }
}
