package dev.nauarch.nodeagent.credential;

import java.util.regex.Pattern;

/**
 * By which a machine that nobody knows yet comes to know a cluster, and is let in.
 *
 * @param id names it; no secret
 * @param secret its secret
 */
public record BootstrapToken(String id, String secret) {
  private static final Pattern FORM = Pattern.compile("([a-z0-9]{6})\\.([a-z0-9]{16})");

  /**
   * Reads {@code ID.SECRET}.
   *
   * @throws IllegalArgumentException it is none
   */
  public static BootstrapToken parse(String text) {
    var parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "the token is not of the form ID.SECRET: six and sixteen small letters and digits");
    }
    return new BootstrapToken(parts.group(1), parts.group(2));
  }

  /** The token as it is shown to the API server. */
  public String text() {
    return id + "." + secret;
  }

  @Override
  public String toString() {
    return id + ".(hidden)";
  }
}
