package dev.nauarch.scheduling.plugin;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a profile says to a plug-in.
 *
 * @param json the arguments as a JSON object; an empty one where there are none
 * @param values its members: a text, a {@link Boolean}, a {@link Long}, a {@link
 *     java.math.BigDecimal}, or a list or sorted map of such
 */
public record PluginArgs(String json, SortedMap<String, Object> values) {

  /** No arguments. */
  public static final PluginArgs NONE = new PluginArgs("{}", new TreeMap<>());

  /** Copies the members. */
  public PluginArgs {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /**
   * A text, or another where there is none.
   *
   * @throws IllegalArgumentException there is something else of that name
   */
  public String text(String name, String otherwise) {
    return member(name, String.class, "text", otherwise);
  }

  /**
   * A whole number, or another where there is none.
   *
   * @throws IllegalArgumentException there is something else of that name
   */
  public long number(String name, long otherwise) {
    return member(name, Long.class, "a whole number", otherwise);
  }

  /**
   * Yes or no, or another where there is none.
   *
   * @throws IllegalArgumentException there is something else of that name
   */
  public boolean flag(String name, boolean otherwise) {
    return member(name, Boolean.class, "true or false", otherwise);
  }

  private <T> T member(String name, Class<T> type, String words, T otherwise) {
    var value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(name + " must be " + words + ", and is " + value);
    }
    return type.cast(value);
  }
}
