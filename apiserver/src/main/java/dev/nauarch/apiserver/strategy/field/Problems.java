package dev.nauarch.apiserver.strategy.field;

import dev.nauarch.api.FieldError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Collects what is wrong with an object. Used by one thread. */
public final class Problems {

  /** What is said of a field that may not change. */
  public static final String IMMUTABLE = "field is immutable";

  private final List<FieldError> errors = new ArrayList<>();

  /** What was found, in the order in which it was. */
  public List<FieldError> errors() {
    return List.copyOf(errors);
  }

  /** Takes over what another check found. */
  public void addAll(List<FieldError> others) {
    errors.addAll(others);
  }

  /** A value that must be there. */
  public void required(Field field, String detail) {
    errors.add(FieldError.required(field.path(), detail));
  }

  /** A value of the wrong form. */
  public void invalid(Field field, String detail) {
    errors.add(FieldError.invalid(field.path(), field.shown(), detail));
  }

  /**
   * A value of the wrong form that is shown otherwise than it is.
   *
   * @param shown as messages show it: JSON
   */
  public void invalid(Field field, String shown, String detail) {
    errors.add(FieldError.invalid(field.path(), shown, detail));
  }

  /** A value of the wrong form that is not shown: it is long, or a secret. */
  public void invalidUnshown(Field field, String detail) {
    errors.add(new FieldError(FieldError.Type.INVALID, field.path(), "Invalid value: " + detail));
  }

  /** A value that may not be given here. */
  public void forbidden(Field field, String detail) {
    errors.add(FieldError.forbidden(field.path(), detail));
  }

  /** A value that stands twice. */
  public void duplicate(Field field) {
    errors.add(FieldError.duplicate(field.path(), field.shown()));
  }

  /** A value that names something that is not there. */
  public void notFound(Field field) {
    errors.add(
        new FieldError(FieldError.Type.NOT_FOUND, field.path(), "Not found: " + field.shown()));
  }

  /** A text that is too long. */
  public void tooLong(Field field, int bytesMax) {
    errors.add(
        new FieldError(
            FieldError.Type.TOO_LONG,
            field.path(),
            "Too long: may not be more than " + bytesMax + " bytes"));
  }

  /** A list that is too long. */
  public void tooMany(Field field, int itemsMax) {
    errors.add(
        new FieldError(
            FieldError.Type.TOO_MANY,
            field.path(),
            "Too many: " + field.node().size() + ": must have at most " + itemsMax + " items"));
  }

  /** A value that is not one of those that are known. */
  public void notSupported(Field field, List<String> supported) {
    errors.add(
        FieldError.notSupported(field.path(), field.shown(), supported.stream().sorted().toList()));
  }

  /** Wants at most so many bytes of UTF-8. */
  public void atMostBytes(Field field, int bytesMax) {
    if (field.text().getBytes(StandardCharsets.UTF_8).length > bytesMax) {
      tooLong(field, bytesMax);
    }
  }

  /** Wants a value; says whether there is one. */
  public boolean require(Field field) {
    if (field.isEmpty()) {
      required(field, "");
      return false;
    }
    return true;
  }

  /** Wants one of these values where there is one. */
  public void oneOf(Field field, String... supported) {
    if (field.isPresent() && !List.of(supported).contains(field.text())) {
      notSupported(field, List.of(supported));
    }
  }

  /** Wants one of these values. */
  public void requireOneOf(Field field, String... supported) {
    if (require(field)) {
      oneOf(field, supported);
    }
  }

  /** Wants a form of text where there is text. */
  public void form(Field field, Function<String, Optional<String>> rule) {
    if (field.isPresent()) {
      rule.apply(field.text()).ifPresent(detail -> invalid(field, detail));
    }
  }

  /** Wants a form of text; a text that is not there is checked as an empty one. */
  public void text(Field field, Function<String, Optional<String>> rule) {
    rule.apply(field.text()).ifPresent(detail -> invalid(field, detail));
  }

  /** Wants a text of a form. */
  public void requireForm(Field field, Function<String, Optional<String>> rule) {
    if (require(field)) {
      form(field, rule);
    }
  }

  /** Wants a number in a range where there is one. */
  public void range(Field field, long min, long max) {
    if (field.isPresent() && (field.number(min) < min || field.number(min) > max)) {
      invalid(field, "must be between " + min + " and " + max + ", inclusive");
    }
  }

  /** Wants a number that is not negative where there is one. */
  public void notNegative(Field... fields) {
    for (var field : fields) {
      if (field.isPresent() && field.number(0) < 0) {
        invalid(field, "must be greater than or equal to 0");
      }
    }
  }

  /** Wants a number above zero where there is one. */
  public void positive(Field field) {
    if (field.isPresent() && field.number(1) <= 0) {
      invalid(field, "must be greater than zero");
    }
  }

  /** Wants the values that are given to be as they were. */
  public void immutable(Field now, Field old) {
    if (!now.hasValueOf(old)) {
      invalid(now, IMMUTABLE);
    }
  }

  /** Wants texts to differ from each other; empty ones don't count. */
  public void unique(List<Field> fields) {
    var seen = new HashSet<String>();
    for (var field : fields) {
      if (!field.isEmpty() && !seen.add(field.node().toString())) {
        duplicate(field);
      }
    }
  }
}
