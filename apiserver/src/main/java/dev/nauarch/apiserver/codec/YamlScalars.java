package dev.nauarch.apiserver.codec;

import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What an unquoted text of YAML stands for: Kubernetes reads YAML 1.1, where {@code yes} is true
 * and {@code 0644} is octal, and manifests rely on it.
 */
final class YamlScalars {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Set<String> TRUE =
      Set.of("y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE");
  private static final Set<String> FALSE =
      Set.of("n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE");
  private static final Pattern INTEGER =
      Pattern.compile("[-+]?(0b[01]+|0x[0-9a-fA-F]+|0o?[0-7]+|[0-9]+)");
  private static final Pattern UNLIKE_TEXT =
      Pattern.compile("[-+]?[0-9][0-9a-fA-Fxob_]*|[-+]?[0-9]+(:[0-9.]+)+|[0-9]{4}-[0-9].*");

  private YamlScalars() {}

  static JsonNode read(ScalarNode scalar) throws DecodingException {
    var text = scalar.getValue();
    var tag = scalar.getTag();
    try {
      if (tag.equals(Tag.NULL)) {
        return NODES.nullNode();
      }
      if (tag.equals(Tag.BOOL) || (scalar.isPlain() && isTruth(text))) {
        return NODES.booleanNode(TRUE.contains(text));
      }
      var digits = text.replace("_", "");
      if (tag.equals(Tag.INT) || (scalar.isPlain() && INTEGER.matcher(digits).matches())) {
        return integer(digits);
      }
      return tag.equals(Tag.FLOAT)
          ? JsonCodec.number(Double.parseDouble(text))
          : NODES.stringNode(JsonCodec.wellFormed(text));
    } catch (NumberFormatException malformed) {
      throw new DecodingException(
          "error converting YAML to JSON: yaml: \"" + text + "\" is no number", malformed);
    }
  }

  /** Whether some reader of YAML would take a text for something else, if it were not quoted. */
  static boolean needsQuotes(String text) {
    return isTruth(text) || UNLIKE_TEXT.matcher(text).matches();
  }

  private static boolean isTruth(String text) {
    return TRUE.contains(text) || FALSE.contains(text);
  }

  private static JsonNode integer(String text) {
    var sign = text.startsWith("-") ? "-" : "";
    var digits = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    if (digits.startsWith("0x")) {
      return NODES.numberNode(Long.parseLong(sign + digits.substring(2), 16));
    }
    if (digits.startsWith("0b")) {
      return NODES.numberNode(Long.parseLong(sign + digits.substring(2), 2));
    }
    if (digits.startsWith("0o")) {
      return NODES.numberNode(Long.parseLong(sign + digits.substring(2), 8));
    }
    var isOctal = digits.startsWith("0") && digits.chars().allMatch(digit -> digit < '8');
    try {
      return NODES.numberNode(Long.parseLong(sign + digits, isOctal ? 8 : 10));
    } catch (NumberFormatException beyondLong) {
      return JsonCodec.number(Double.parseDouble(sign + digits));
    }
  }
}
