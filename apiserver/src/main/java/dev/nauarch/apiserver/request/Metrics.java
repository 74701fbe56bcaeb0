package dev.nauarch.apiserver.request;

import java.time.Duration;

/** Counts requests. */
public interface Metrics {

  /** Counts nothing. */
  Metrics NONE = (verb, group, resource, subresource, status, took) -> {};

  /** Counts one answered request; a watch when it begins. */
  void answered(
      String verb, String group, String resource, String subresource, int status, Duration took);
}
