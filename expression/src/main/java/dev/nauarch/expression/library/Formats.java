package dev.nauarch.expression.library;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The formats that texts in Kubernetes have, by the names that expressions use. */
final class Formats {

  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final String LABEL_SAYS =
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and"
          + " must start and end with an alphanumeric character";
  private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
  private static final String SUBDOMAIN_SAYS =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
          + " '.', and must start and end with an alphanumeric character";
  private static final String OLD_LABEL = "[a-z]([-a-z0-9]*[a-z0-9])?";
  private static final String OLD_LABEL_SAYS =
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
          + " alphabetic character, and end with an alphanumeric character";
  private static final String NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
  private static final String NAME_SAYS =
      "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end"
          + " with an alphanumeric character";
  private static final String LABEL_VALUE_SAYS =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or"
          + " '.', and must start and end with an alphanumeric character";

  private static final Map<String, NamedFormat> BY_NAME = new LinkedHashMap<>();

  static {
    add("dns1123Label", LABEL, 63, LABEL_SAYS);
    add("dns1123Subdomain", SUBDOMAIN, 253, SUBDOMAIN_SAYS);
    add("dns1035Label", OLD_LABEL, 63, OLD_LABEL_SAYS);
    add("dns1123LabelPrefix", "[a-z0-9]([-a-z0-9]*)?", 63, LABEL_SAYS);
    add("dns1123SubdomainPrefix", "(" + LABEL + "\\.)*[a-z0-9]([-a-z0-9]*)?", 253, SUBDOMAIN_SAYS);
    add("dns1035LabelPrefix", "[a-z]([-a-z0-9]*)?", 63, OLD_LABEL_SAYS);
    add("qualifiedName", "(" + SUBDOMAIN + "/)?" + NAME, 317, NAME_SAYS);
    add("labelValue", "(" + NAME + ")?", 63, LABEL_VALUE_SAYS);
    add(
        "uuid",
        "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        36,
        "does not match the UUID format");
    add(
        "byte",
        "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
        Integer.MAX_VALUE,
        "invalid base64");
    add("date", "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", 10, "invalid date");
    add(
        "datetime",
        "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]"
            + ":[0-5][0-9](\\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})",
        64,
        "invalid datetime");
    BY_NAME.put(
        "uri", new NamedFormat("uri", Pattern.compile(".*"), Integer.MAX_VALUE, "invalid URI"));
  }

  /**
   * A format.
   *
   * @param name what expressions call it
   * @param form what a text must match
   * @param lengthMax in characters
   * @param says what to tell of one that does not
   */
  record NamedFormat(String name, Pattern form, int lengthMax, String says) {

    /** What is wrong with a text; empty for nothing. */
    Optional<List<String>> problems(String text) {
      var problems = new ArrayList<String>();
      if (text.length() > lengthMax) {
        problems.add("must be no more than " + lengthMax + " characters");
      }
      var fits = name.equals("uri") ? ParsedUrl.parse(text).isPresent() : form.matches(text);
      if (!fits) {
        problems.add(says);
      }
      return problems.isEmpty() ? Optional.empty() : Optional.of(problems);
    }
  }

  private Formats() {}

  private static void add(String name, String form, int lengthMax, String says) {
    BY_NAME.put(name, new NamedFormat(name, Pattern.compile(form), lengthMax, says));
  }

  /** The format of this name. */
  static Optional<NamedFormat> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** All of them. */
  static List<NamedFormat> all() {
    return List.copyOf(BY_NAME.values());
  }
}
