package dev.nauarch.reconcile.autoscale;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A label selector in its text form, as scales have it: {@code app=web,tier in (a,b),!old}.
 *
 * @param text as it was given
 * @param terms all of which hold
 */
public record PodSelector(String text, List<Term> terms) {

  private static final Pattern TERM =
      Pattern.compile(
          "\\s*(?:(?<absent>!)\\s*(?<gone>[^\\s=!,()<>]+)"
              + "|(?<key>[^\\s=!,()<>]+)"
              + "(?:\\s*(?<op>==|=|!=|>|<)\\s*(?<value>[^\\s=!,()<>]*)"
              + "|\\s+(?<set>in|notin)\\s*\\((?<values>[^()]*)\\))?)\\s*");

  /**
   * One requirement.
   *
   * @param key of a label
   * @param operator what its value is compared by
   * @param values what it is compared with
   */
  public record Term(String key, String operator, List<String> values) {

    boolean matches(Map<String, String> labels) {
      var value = labels.get(key);
      return switch (operator) {
        case "in" -> value != null && values.contains(value);
        case "notin" -> value == null || !values.contains(value);
        case "exists" -> value != null;
        case "absent" -> value == null;
        case ">" -> compares(value, 1);
        case "<" -> compares(value, -1);
        default -> throw new IllegalStateException("no operator " + operator);
      };
    }

    private boolean compares(@Nullable String value, int sign) {
      try {
        return value != null
            && Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst())) == sign;
      } catch (NumberFormatException e) {
        return false;
      }
    }
  }

  /**
   * Reads a selector.
   *
   * @throws MetricFault it has no such form
   */
  public static PodSelector parse(String text) throws MetricFault {
    var terms = new ArrayList<Term>();
    var matcher = TERM.matcher(text);
    int at = 0;
    while (at < text.length()) {
      matcher.region(at, text.length());
      if (!matcher.lookingAt()) {
        throw malformed(text, at);
      }
      terms.add(term(matcher));
      at = matcher.end();
      if (at < text.length() && text.charAt(at) != ',') {
        throw malformed(text, at);
      }
      at++;
    }
    return new PodSelector(text, List.copyOf(terms));
  }

  private static MetricFault malformed(String text, int at) {
    return new MetricFault(
        "couldn't convert selector into a corresponding internal selector object: unable to parse"
            + " requirement: \""
            + text.substring(at)
            + "\" has no form of a requirement");
  }

  private static Term term(Matcher matcher) {
    if (matcher.group("absent") != null) {
      return new Term(matcher.group("gone"), "absent", List.of());
    }
    var key = matcher.group("key");
    if (matcher.group("set") != null) {
      var values = List.of(matcher.group("values").strip().split("\\s*,\\s*", -1));
      return new Term(key, matcher.group("set"), values);
    }
    var operator = matcher.group("op");
    if (operator == null) {
      return new Term(key, "exists", List.of());
    }
    var value = List.of(matcher.group("value"));
    return switch (operator) {
      case "!=" -> new Term(key, "notin", value);
      case "=", "==" -> new Term(key, "in", value);
      default -> new Term(key, operator, value);
    };
  }

  /** Whether an object has labels that it selects. */
  public boolean matches(HasMetadata object) {
    var labels = object.getMetadata().getLabels();
    Map<String, String> present = labels == null ? new TreeMap<>() : labels;
    return terms.stream().allMatch(term -> term.matches(present));
  }

  /** The text form of a selector of another form; empty for none. */
  public static String text(@Nullable LabelSelector selector) {
    if (selector == null) {
      return "";
    }
    var parts = new TreeMap<String, String>();
    if (selector.getMatchLabels() != null) {
      selector.getMatchLabels().forEach((key, value) -> parts.put(key, key + "=" + value));
    }
    for (var each : selector.getMatchExpressions()) {
      parts.merge(each.getKey(), text(each), (one, other) -> one + "," + other);
    }
    return String.join(",", parts.values());
  }

  private static String text(LabelSelectorRequirement requirement) {
    var values = String.join(",", requirement.getValues().stream().sorted().toList());
    return switch (requirement.getOperator()) {
      case "In" -> requirement.getKey() + " in (" + values + ")";
      case "NotIn" -> requirement.getKey() + " notin (" + values + ")";
      case "DoesNotExist" -> "!" + requirement.getKey();
      default -> requirement.getKey();
    };
  }
}
