/**
 * Calls to webhooks: one POST of a JSON object over HTTPS, answered by another. Admission and the
 * conversion of custom resources share it. Start at {@link
 * dev.nauarch.apiserver.webhook.WebhookClient}.
 */
@NullMarked
package dev.nauarch.apiserver.webhook;

import org.jspecify.annotations.NullMarked;
