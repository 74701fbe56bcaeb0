package dev.nauarch.apiserver.codec;

import org.jspecify.annotations.Nullable;

/**
 * Where in an object a value stands, for example {@code spec.containers[0].image}. A path is a
 * linked list towards the root, so that walking an object costs little and only errors print.
 */
public final class FieldPath {

  /** The object itself. */
  public static final FieldPath ROOT = new FieldPath(null, "");

  private final @Nullable FieldPath parent;
  private final String step;

  private FieldPath(@Nullable FieldPath parent, String step) {
    this.parent = parent;
    this.step = step;
  }

  /** A property of the value here. */
  public FieldPath property(String name) {
    return new FieldPath(this, parent == null ? name : "." + name);
  }

  /** An item of the list here. */
  public FieldPath item(int index) {
    return new FieldPath(this, "[" + index + "]");
  }

  /** A value of the map here, as Kubernetes prints it in errors of fields. */
  public FieldPath key(String key) {
    return new FieldPath(this, "[" + key + "]");
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    print(text);
    return text.toString();
  }

  private void print(StringBuilder text) {
    if (parent != null) {
      parent.print(text);
    }
    text.append(step);
  }
}
