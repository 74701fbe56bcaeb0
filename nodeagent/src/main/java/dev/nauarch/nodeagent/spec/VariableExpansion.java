package dev.nauarch.nodeagent.spec;

import java.util.Map;

/**
 * Replaces {@code $(NAME)} by a variable's value. A name that is not known stays as it is written,
 * and {@code $$} is a dollar sign.
 */
public final class VariableExpansion {
  private VariableExpansion() {}

  /** The text with its variables replaced. */
  public static String expand(String text, Map<String, String> variables) {
    var out = new StringBuilder();
    for (var i = 0; i < text.length(); i++) {
      var next = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
      if (text.charAt(i) != '$' || (next != '$' && next != '(')) {
        out.append(text.charAt(i));
        continue;
      }
      if (next == '$') {
        out.append('$');
        i++;
        continue;
      }
      var end = text.indexOf(')', i);
      if (end < 0) {
        out.append(text, i, text.length());
        break;
      }
      var value = variables.get(text.substring(i + 2, end));
      out.append(value == null ? text.substring(i, end + 1) : value);
      i = end;
    }
    return out.toString();
  }
}
