package dev.nauarch.expression;

import com.google.re2j.Pattern;

/** Why expressions fail, in the words that Kubernetes has for it. */
final class Failures {

  private static final Pattern PLACE = Pattern.compile("^evaluation error at <input>:[0-9]+: ");
  private static final Pattern KEY = Pattern.compile("^key '(.*)' is not present in map\\.$");

  private Failures() {}

  static String words(String message) {
    var text = PLACE.matcher(message).replaceFirst("");
    var key = KEY.matcher(text);
    if (key.find()) {
      return "no such key: " + key.group(1);
    }
    if (text.startsWith("Index out of bounds: ")) {
      return "index out of bounds: " + text.substring("Index out of bounds: ".length());
    }
    if (text.startsWith("No matching overload for function")) {
      return "no such overload";
    }
    return text.equals("/ by zero") ? "division by zero" : text;
  }
}
