package dev.nauarch.api.cron;

/** Says why a text is no schedule, in the words that Kubernetes uses. */
public final class CronSyntaxException extends Exception {

  private static final long serialVersionUID = 1;

  /** A text is no schedule. */
  public CronSyntaxException(String why) {
    super(why);
  }
}
