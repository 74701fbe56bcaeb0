package dev.nauarch.apiserver.webhook;

import tools.jackson.databind.node.ObjectNode;

/** What came of a call. */
public sealed interface WebhookAnswer {

  /**
   * The webhook answered.
   *
   * @param body what it said
   */
  record Answered(ObjectNode body) implements WebhookAnswer {}

  /**
   * It did not, or nothing that can be read.
   *
   * @param why in the words of Kubernetes, for example {@code Post "https://...": EOF}
   */
  record Failed(String why) implements WebhookAnswer {}
}
