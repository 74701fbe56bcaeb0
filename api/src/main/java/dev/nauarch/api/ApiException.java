package dev.nauarch.api;

import java.util.List;
import java.util.stream.Collectors;

/** An answer of a Kubernetes API that is not success; the form of a {@code Status} object. */
public final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The countable reason and its HTTP code. */
  public enum Reason {
    /** The request is malformed. */
    BAD_REQUEST(400, "BadRequest"),
    /** Nobody, or nobody known, sent the request. */
    UNAUTHORIZED(401, "Unauthorized"),
    /** The sender may not do this. */
    FORBIDDEN(403, "Forbidden"),
    /** The object or resource does not exist. */
    NOT_FOUND(404, "NotFound"),
    /** The resource does not know this verb. */
    METHOD_NOT_ALLOWED(405, "MethodNotAllowed"),
    /** No offered representation is acceptable to the client. */
    NOT_ACCEPTABLE(406, "NotAcceptable"),
    /** The object exists already. */
    ALREADY_EXISTS(409, "AlreadyExists"),
    /** The object is not at the revision that the request names, or owned fields conflict. */
    CONFLICT(409, "Conflict"),
    /** The revision asked for is gone. */
    EXPIRED(410, "Expired"),
    /** A watch can't go on from there. */
    GONE(410, "Gone"),
    /** The body is too large. */
    REQUEST_ENTITY_TOO_LARGE(413, "RequestEntityTooLarge"),
    /** The body's media type is not known. */
    UNSUPPORTED_MEDIA_TYPE(415, "UnsupportedMediaType"),
    /** The object breaks a rule of its kind. */
    INVALID(422, "Invalid"),
    /** Too many requests, or an eviction that a budget forbids. */
    TOO_MANY_REQUESTS(429, "TooManyRequests"),
    /** A mistake of the server. */
    INTERNAL_ERROR(500, "InternalError"),
    /** Something that the server needs is away. */
    SERVICE_UNAVAILABLE(503, "ServiceUnavailable"),
    /** The server could not answer in time. */
    TIMEOUT(504, "Timeout"),
    /** A reason that this build does not know. */
    UNKNOWN(500, "");

    private final int code;
    private final String text;

    Reason(int code, String text) {
      this.code = code;
      this.text = text;
    }

    /** The HTTP code. */
    public int code() {
      return code;
    }

    /** The word in a Status. */
    public String text() {
      return text;
    }

    /** The reason with this word; {@link #UNKNOWN} for any other. */
    public static Reason of(String text) {
      for (var reason : values()) {
        if (reason.text.equals(text)) {
          return reason;
        }
      }
      return UNKNOWN;
    }
  }

  /**
   * What the answer is about.
   *
   * @param group the kind's group
   * @param kind the kind, or the resource's plural as Kubernetes does for most reasons
   * @param name the object's name
   * @param causes what is wrong in detail
   * @param retryAfterSeconds when to come back; 0 for no advice
   */
  public record Details(
      String group, String kind, String name, List<FieldError> causes, int retryAfterSeconds) {

    /** Nothing. */
    public static final Details NONE = new Details("", "", "", List.of(), 0);
  }

  private final Reason reason;
  private final String reasonText;
  private final int code;
  private final transient Details details;

  /**
   * @param reason the countable reason
   * @param message what was found, what was expected
   * @param details what it is about
   */
  public ApiException(Reason reason, String message, Details details) {
    this(reason, reason.code(), message, details);
  }

  /**
   * @param reason the countable reason
   * @param code the HTTP code, where it is not the reason's own
   * @param message what was found, what was expected
   * @param details what it is about
   */
  public ApiException(Reason reason, int code, String message, Details details) {
    this(reason, reason.text(), code, message, details);
  }

  private ApiException(
      Reason reason, String reasonText, int code, String message, Details details) {
    super(message);
    this.reason = reason;
    this.reasonText = reasonText;
    this.code = code;
    this.details = details;
  }

  /**
   * A refusal by somebody outside of the server, whose reason means nothing to the server itself.
   *
   * @param reason any word; may be empty
   * @param code the HTTP code
   * @param message what was said
   * @param details what it is about
   */
  public static ApiException foreign(String reason, int code, String message, Details details) {
    return new ApiException(Reason.UNKNOWN, reason, code, message, details);
  }

  /** The countable reason. */
  public Reason reason() {
    return reason;
  }

  /** The reason as a Status has it; empty for none. */
  public String reasonText() {
    return reasonText;
  }

  /** The HTTP code. */
  public int code() {
    return code;
  }

  /** What it is about. */
  public Details details() {
    return details;
  }

  /** Whether one of its causes is of a type. */
  public boolean hasCause(FieldError.Type type) {
    return details.causes().stream().anyMatch(cause -> cause.type() == type);
  }

  /** A malformed request. */
  public static ApiException badRequest(String message) {
    return new ApiException(Reason.BAD_REQUEST, message, Details.NONE);
  }

  /** An object that does not exist. */
  public static ApiException notFound(String group, String plural, String name) {
    return new ApiException(
        Reason.NOT_FOUND,
        qualified(group, plural) + " \"" + name + "\" not found",
        new Details(group, plural, name, List.of(), 0));
  }

  /** An object that exists already. */
  public static ApiException alreadyExists(String group, String plural, String name) {
    return new ApiException(
        Reason.ALREADY_EXISTS,
        qualified(group, plural) + " \"" + name + "\" already exists",
        new Details(group, plural, name, List.of(), 0));
  }

  /** An operation that meets another state than the caller had read. */
  public static ApiException conflict(String group, String plural, String name, String why) {
    return new ApiException(
        Reason.CONFLICT,
        "Operation cannot be fulfilled on "
            + qualified(group, plural)
            + " \""
            + name
            + "\": "
            + why,
        new Details(group, plural, name, List.of(), 0));
  }

  /** An object that breaks rules of its kind. */
  public static ApiException invalid(
      String group, String kind, String name, List<FieldError> causes) {
    var text = causes.stream().map(FieldError::toString).collect(Collectors.joining(", "));
    return new ApiException(
        Reason.INVALID,
        qualified(group, kind)
            + " \""
            + name
            + "\" is invalid: "
            + (causes.size() > 1 ? "[" + text + "]" : text),
        new Details(group, kind, name, List.copyOf(causes), 0));
  }

  /** A request that its sender may not make. */
  public static ApiException forbidden(String group, String plural, String name, String why) {
    return new ApiException(
        Reason.FORBIDDEN,
        qualified(group, plural) + " \"" + name + "\" is forbidden: " + why,
        new Details(group, plural, name, List.of(), 0));
  }

  private static String qualified(String group, String name) {
    return group.isEmpty() ? name : name + "." + group;
  }
}
