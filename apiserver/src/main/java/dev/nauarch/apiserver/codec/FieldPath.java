package dev.nauarch.apiserver.codec;

import org.jspecify.annotations.Nullable;

/**
 * Where in an object a value stands, for example {@code spec.containers[0].image}. A path is a
 * linked list towards the root, so that walking an object costs little and only errors print.
 */
public final class FieldPath {

  /** The object itself. */
  public static final FieldPath ROOT = new FieldPath(null, Step.ROOT, "", 0);

  private enum Step {
    ROOT,
    PROPERTY,
    ITEM,
    KEY,
    /** A whole path, given as text. */
    TEXT,
    /** Another name for the last step of the path before it. */
    ALIAS
  }

  private final @Nullable FieldPath parent;
  private final Step step;
  private final String name;
  private final int index;

  private FieldPath(@Nullable FieldPath parent, Step step, String name, int index) {
    this.parent = parent;
    this.step = step;
    this.name = name;
    this.index = index;
  }

  /**
   * A path that does not follow from where a value stands.
   *
   * @param text the whole path
   * @param lastStep what {@link #lastStep} gives
   */
  public static FieldPath shownAs(String text, String lastStep) {
    return new FieldPath(new FieldPath(null, Step.TEXT, text, 0), Step.ALIAS, lastStep, 0);
  }

  /** A property of the value here. */
  public FieldPath property(String property) {
    return new FieldPath(this, Step.PROPERTY, property, 0);
  }

  /** An item of the list here. */
  public FieldPath item(int at) {
    return new FieldPath(this, Step.ITEM, "", at);
  }

  /** A value of the map here, as Kubernetes prints it in errors of fields. */
  public FieldPath key(String key) {
    return new FieldPath(this, Step.KEY, key, 0);
  }

  /** The name, key or index of the value in its parent; empty for the object itself. */
  public String lastStep() {
    return step == Step.ITEM ? Integer.toString(index) : name;
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
    switch (step) {
      case PROPERTY -> text.append(text.isEmpty() ? "" : ".").append(name);
      case ITEM -> text.append('[').append(index).append(']');
      case KEY -> text.append('[').append(name).append(']');
      case TEXT -> text.append(name);
      case ROOT, ALIAS -> {
        // Nothing of it is shown.
      }
    }
  }
}
