package dev.nauarch.apiserver.strategy.field;

import dev.nauarch.apiserver.object.NameRules;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * Forms of text beyond names and labels. Every method gives what Kubernetes says of a text that
 * breaks its rule, or nothing.
 */
public final class Forms {

  private static final Pattern DATA_KEY = Pattern.compile("[-._a-zA-Z0-9]+");
  private static final Pattern HTTP_PATH = Pattern.compile("[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+");
  private static final Pattern PERCENT = Pattern.compile("[0-9]+%");
  private static final Pattern ENVIRONMENT = Pattern.compile("[\\x20-\\x3c\\x3e-\\x7e]+");
  private static final Pattern PORT_CHARACTERS = Pattern.compile("[-a-z0-9]+");
  private static final Pattern LETTER = Pattern.compile(".*[a-z].*");
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.|$)){4}");
  private static final int DATA_KEY_LENGTH_MAX = 253;
  private static final int PORT_NAME_LENGTH_MAX = 15;

  private Forms() {}

  /** The key of a ConfigMap's or Secret's data, which is a file's name too. */
  public static Optional<String> dataKey(String key) {
    if (key.length() > DATA_KEY_LENGTH_MAX) {
      return Optional.of("must be no more than 253 characters");
    }
    if (!DATA_KEY.matcher(key).matches()) {
      return Optional.of(
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g."
              + " 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is"
              + " '[-._a-zA-Z0-9]+')");
    }
    if (key.equals(".") || key.equals("..")) {
      return Optional.of("must not be '" + key + "'");
    }
    return key.startsWith("..") ? Optional.of("must not start with '..'") : Optional.empty();
  }

  /** The name of an environment variable. */
  public static Optional<String> environmentName(String name) {
    return ENVIRONMENT.matcher(name).matches()
        ? Optional.empty()
        : Optional.of(
            "a valid environment variable name must consist only of printable ASCII characters"
                + " other than '='");
  }

  /** The name of a container's port. */
  public static Optional<String> portName(String name) {
    if (name.length() > PORT_NAME_LENGTH_MAX) {
      return Optional.of("must be no more than 15 characters");
    }
    if (!PORT_CHARACTERS.matcher(name).matches()) {
      return Optional.of("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
    }
    if (!LETTER.matcher(name).matches()) {
      return Optional.of("must contain at least one letter (a-z)");
    }
    if (name.contains("--")) {
      return Optional.of("must not contain consecutive hyphens");
    }
    return name.startsWith("-") || name.endsWith("-")
        ? Optional.of("must not begin or end with a hyphen")
        : Optional.empty();
  }

  /** An IP address. */
  public static Optional<String> ip(String address) {
    return isIp(address)
        ? Optional.empty()
        : Optional.of("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
  }

  /** Whether a text is an IP address. */
  public static boolean isIp(String address) {
    if (IPV4.matcher(address).matches()) {
      return true;
    }
    if (address.indexOf(':') < 0 || address.indexOf('%') >= 0 || address.indexOf('[') >= 0) {
      return false;
    }
    try {
      return InetAddress.ofLiteral(address).getAddress().length > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** An IP address and the length of a prefix. */
  public static Optional<String> cidr(String range) {
    int slash = range.indexOf('/');
    var bad = Optional.of("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
    if (slash < 0 || !isIp(range.substring(0, slash))) {
      return bad;
    }
    try {
      int bits = Integer.parseInt(range.substring(slash + 1));
      int max = range.indexOf(':') < 0 ? 32 : 128;
      return bits >= 0 && bits <= max ? Optional.empty() : bad;
    } catch (NumberFormatException e) {
      return bad;
    }
  }

  /** A share of a hundred, for example {@code 25%}. */
  public static boolean isPercent(String text) {
    return PERCENT.matcher(text).matches();
  }

  /** A path inside a volume: relative and going down only. */
  public static Optional<String> localPath(String path) {
    if (path.startsWith("/")) {
      return Optional.of("must be a relative path");
    }
    return List.of(path.split("/", -1)).contains("..")
        ? Optional.of("must not contain '..'")
        : Optional.empty();
  }

  /** A path inside a volume that does not start with two dots either: the file of a key. */
  public static Optional<String> localFile(String path) {
    var wrong = localPath(path);
    return wrong.isEmpty() && path.startsWith("..")
        ? Optional.of("must not start with '..'")
        : wrong;
  }

  /** Wants a domain and a path, for example {@code acme.io/foo}. */
  public static void domainPath(Problems problems, Field field) {
    if (!problems.require(field)) {
      return;
    }
    int slash = field.text().indexOf('/');
    if (slash <= 0 || slash == field.text().length() - 1) {
      problems.invalid(field, "must be a domain-prefixed path (such as \"acme.io/foo\")");
      return;
    }
    problems.form(
        field.with(StringNode.valueOf(field.text().substring(0, slash))), NameRules::subdomain);
    var path = field.with(StringNode.valueOf(field.text().substring(slash + 1)));
    if (!HTTP_PATH.matcher(path.text()).matches()) {
      problems.invalid(
          path, "Invalid path (regex used for validation is '" + HTTP_PATH.pattern() + "')");
    }
  }

  /** Checks a label selector. */
  public static void selector(Problems problems, Field selector) {
    for (var label : selector.at("matchLabels").entries()) {
      var map = selector.at("matchLabels");
      NameRules.labelKey(label.key())
          .ifPresent(detail -> problems.invalid(new Field(key(label), map.path(), ""), detail));
      NameRules.labelValue(label.text())
          .ifPresent(detail -> problems.invalid(new Field(label.node(), map.path(), ""), detail));
    }
    selector.at("matchExpressions").items().forEach(item -> expression(problems, item));
  }

  private static JsonNode key(Field entry) {
    return StringNode.valueOf(entry.key());
  }

  /** Checks one of a label selector's expressions. */
  public static void expression(Problems problems, Field expression) {
    var values = expression.at("values");
    switch (expression.at("operator").text()) {
      case "In", "NotIn" -> {
        if (values.isEmpty()) {
          problems.required(values, "must be specified when `operator` is 'In' or 'NotIn'");
        }
      }
      case "Exists", "DoesNotExist" -> {
        if (!values.isEmpty()) {
          problems.forbidden(
              values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        }
      }
      default -> problems.invalid(expression.at("operator"), "not a valid selector operator");
    }
    problems.form(expression.at("key"), NameRules::labelKey);
  }

  /** Whether labels satisfy a label selector. */
  public static boolean matches(Field selector, Field labels) {
    for (var wanted : selector.at("matchLabels").entries()) {
      if (!labels.at(wanted.key()).hasValueOf(wanted)) {
        return false;
      }
    }
    for (var expression : selector.at("matchExpressions").items()) {
      var value = labels.at(expression.at("key").text());
      boolean isIn =
          value.isPresent() && expression.at("values").items().stream().anyMatch(value::hasValueOf);
      boolean holds =
          switch (expression.at("operator").text()) {
            case "In" -> isIn;
            case "NotIn" -> !isIn;
            case "Exists" -> value.isPresent();
            case "DoesNotExist" -> !value.isPresent();
            default -> false;
          };
      if (!holds) {
        return false;
      }
    }
    return true;
  }
}
