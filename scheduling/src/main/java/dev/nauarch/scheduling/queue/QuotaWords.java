package dev.nauarch.scheduling.queue;

import dev.nauarch.scheduling.explain.AmountWords;
import dev.nauarch.scheduling.model.Amounts;

/** Why quota does not suffice, for people. */
final class QuotaWords {

  private QuotaWords() {}

  static QuotaBook.Answer.Refused lacking(
      String queue, ClusterQueueState.Quota quota, String resource, Amounts wanted, Amounts taken) {
    var nominal = quota.nominal().of(resource);
    var asks = "It asks for " + AmountWords.amount(resource, wanted.of(resource));
    if (wanted.of(resource) > nominal) {
      return new QuotaBook.Answer.Refused(
          "ExceedsMaxQuota",
          asks
              + "; queue "
              + queue
              + " has "
              + AmountWords.amount(resource, nominal)
              + " in all, so it can never start there.");
    }
    return new QuotaBook.Answer.Refused(
        "WaitingForQuota",
        asks
            + "; of the "
            + AmountWords.amount(resource, nominal)
            + " of queue "
            + queue
            + ", "
            + AmountWords.amount(resource, taken.of(resource))
            + " are taken.");
  }
}
