package dev.nauarch.api;

/**
 * One thing that is wrong with one field of an object, in the words of Kubernetes.
 *
 * @param type what kind of mistake it is
 * @param field the path, for example {@code spec.containers[0].image}
 * @param message the text after the path, for example {@code Required value}
 */
public record FieldError(Type type, String field, String message) {

  /** Kinds of mistakes; the reason is the machine-readable name in a Status' causes. */
  public enum Type {
    /** A required value is missing. */
    REQUIRED("FieldValueRequired"),
    /** A value has the wrong form. */
    INVALID("FieldValueInvalid"),
    /** A value has the wrong type. */
    TYPE_INVALID("FieldValueTypeInvalid"),
    /** A value is not one of those that are known. */
    NOT_SUPPORTED("FieldValueNotSupported"),
    /** A value stands twice where it may stand once. */
    DUPLICATE("FieldValueDuplicate"),
    /** A value may not be given here. */
    FORBIDDEN("FieldValueForbidden"),
    /** A value names something that does not exist. */
    NOT_FOUND("FieldValueNotFound"),
    /** A value is too long. */
    TOO_LONG("FieldValueTooLong"),
    /** A list or map has too many items. */
    TOO_MANY("FieldValueTooMany"),
    /** The object's namespace is ending. */
    NAMESPACE_TERMINATING("NamespaceTerminating"),
    /** Another manager owns a field that was applied. */
    FIELD_MANAGER_CONFLICT("FieldManagerConflict"),
    /** The resourceVersion asked for has not come yet. */
    RESOURCE_VERSION_TOO_LARGE("ResourceVersionTooLarge"),
    /** Something that has no name of its own; the field may be empty. */
    OTHER(""),
    /** A budget of disruptions is used up; the field is empty. */
    DISRUPTION_BUDGET("DisruptionBudget");

    private final String reason;

    Type(String reason) {
      this.reason = reason;
    }

    /** The name in a Status' causes. */
    public String reason() {
      return reason;
    }
  }

  /** A missing value; the detail may be empty. */
  public static FieldError required(String field, String detail) {
    return new FieldError(Type.REQUIRED, field, withDetail("Required value", detail));
  }

  /** A value of the wrong form, shown as JSON. */
  public static FieldError invalid(String field, String valueAsJson, String detail) {
    return new FieldError(Type.INVALID, field, withDetail("Invalid value: " + valueAsJson, detail));
  }

  /** A value that may not be given here. */
  public static FieldError forbidden(String field, String detail) {
    return new FieldError(Type.FORBIDDEN, field, withDetail("Forbidden", detail));
  }

  /** A value that stands twice. */
  public static FieldError duplicate(String field, String valueAsJson) {
    return new FieldError(Type.DUPLICATE, field, "Duplicate value: " + valueAsJson);
  }

  /** A value that is not one of those that are known, which are given quoted and sorted. */
  public static FieldError notSupported(
      String field, String valueAsJson, Iterable<String> supported) {
    var quoted = new StringBuilder();
    for (var value : supported) {
      quoted.append(quoted.isEmpty() ? "" : ", ").append('"').append(value).append('"');
    }
    return new FieldError(
        Type.NOT_SUPPORTED,
        field,
        "Unsupported value: " + valueAsJson + ": supported values: " + quoted);
  }

  private static String withDetail(String head, String detail) {
    return detail.isEmpty() ? head : head + ": " + detail;
  }

  @Override
  public String toString() {
    return field + ": " + message;
  }
}
