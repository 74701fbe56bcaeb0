package dev.nauarch.apiserver.codec;

import dev.nauarch.api.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Bytes that are not an object of the format that they claim. */
public final class DecodingException extends Exception {

  private static final long serialVersionUID = 1L;
  private static final int SUMMARY_LENGTH = 30;

  /** An exception that says what is wrong. */
  public DecodingException(String message) {
    super(message);
  }

  /** An exception that says what is wrong, and what noticed it. */
  public DecodingException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * The answer to the sender.
   *
   * @param kind the kind that was expected
   * @param body what was sent
   */
  public ApiException toApiException(String kind, byte[] body) {
    return ApiException.badRequest(
        "the object provided is unrecognized (must be of type "
            + kind
            + "): "
            + getMessage()
            + " ("
            + summary(body)
            + ")");
  }

  private static String summary(byte[] body) {
    if (body.length == 0) {
      return "<empty>";
    }
    var length = Math.min(body.length, SUMMARY_LENGTH);
    var start =
        body[0] == '{'
            ? new String(body, 0, length, StandardCharsets.UTF_8)
            : HexFormat.of().formatHex(body, 0, length);
    return body.length > SUMMARY_LENGTH ? start + " ..." : start;
  }
}
