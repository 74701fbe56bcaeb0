package dev.nauarch.expression.library;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A URL in its parts, still escaped.
 *
 * @param scheme for example {@code https}; empty for a path alone
 * @param host the host and port as written
 * @param path with its leading slash; may be empty
 * @param query what follows the question mark; may be empty
 */
public record ParsedUrl(String scheme, String host, String path, String query) {

  private static final Pattern FORM =
      Pattern.compile(
          "(?:([a-zA-Z][a-zA-Z0-9+.-]*)://(?:[^/?#@]*@)?([^/?#@]*))?(/[^?#]*)?(?:\\?([^#]*))?");
  private static final Pattern FORBIDDEN =
      Pattern.compile("[\\x00-\\x20\\x7f]|%(?:$|[^0-9a-fA-F]|.$|.[^0-9a-fA-F])");

  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9a-fA-F:.]+\\]|[^:\\[\\]]*)(?::([0-9]*))?");

  /** Reads an absolute URL, or a path that begins with a slash; empty for anything else. */
  public static Optional<ParsedUrl> parse(String text) {
    var match = FORM.matcher(text);
    if (text.isEmpty() || !match.matches() || FORBIDDEN.matcher(text).find()) {
      return Optional.empty();
    }
    var url =
        new ParsedUrl(
            text(match.group(1)), text(match.group(2)), text(match.group(3)), text(match.group(4)));
    var isAddressed = !url.scheme.isEmpty() || url.path.startsWith("/");
    return isAddressed && HOST.matches(url.host) ? Optional.of(url) : Optional.empty();
  }

  private static String text(String group) {
    return group == null ? "" : group;
  }

  /** The host without port, and without the brackets of an IPv6 address. */
  String hostname() {
    var match = HOST.matcher(host);
    var name = match.matches() ? text(match.group(1)) : host;
    return name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
  }

  /** The port as written; empty for none. */
  String port() {
    var match = HOST.matcher(host);
    return match.matches() ? text(match.group(2)) : "";
  }

  /** The values of each parameter, unescaped, in the order written. */
  Map<String, List<String>> parameters() {
    var result = new LinkedHashMap<String, List<String>>();
    for (var pair : query.isEmpty() ? new String[0] : Pattern.compile("&").split(query)) {
      var equals = pair.indexOf('=');
      var name = unescaped(equals < 0 ? pair : pair.substring(0, equals));
      var value = equals < 0 ? "" : unescaped(pair.substring(equals + 1));
      result.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }
    return result;
  }

  /** Percent escapes are of UTF-8, so one character may be several of them. */
  private static String unescaped(String text) {
    var result = new StringBuilder();
    var point = 0;
    var missing = 0;
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c != '%') {
        result.append(c == '+' ? ' ' : c);
        continue;
      }
      var octet = Integer.parseInt(text.substring(i + 1, i + 3), 16);
      i += 2;
      if (octet < 0x80) {
        result.append((char) octet);
      } else if (octet >= 0xc0) {
        missing = octet >= 0xf0 ? 3 : octet >= 0xe0 ? 2 : 1;
        point = octet & (0x3f >> missing);
      } else if (missing > 0) {
        point = (point << 6) | (octet & 0x3f);
        missing--;
        if (missing == 0) {
          result.appendCodePoint(point);
        }
      }
    }
    return result.toString();
  }
}
