package dev.nauarch.apiserver.schema;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.codec.FieldPath;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.regex.Pattern;

/** Checks the formats of texts that Kubernetes checks; every other format is a mere remark. */
final class FormatCheck {

  private static final Pattern UUID =
      Pattern.compile("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}");
  private static final Pattern EMAIL = Pattern.compile("[^@\\s]+@[^@\\s]+");
  private static final Pattern HOSTNAME =
      Pattern.compile("(?i)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\.?");
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]*={0,2}");
  private static final Pattern MAC = Pattern.compile("(?i)([0-9a-f]{2}[:-]){5}[0-9a-f]{2}");
  private static final Pattern IPV4_CHARACTERS = Pattern.compile("[0-9.]+");
  private static final Pattern IPV6_CHARACTERS = Pattern.compile("(?i)[0-9a-f:.]*:[0-9a-f:.]*");
  private static final Pattern DURATION =
      Pattern.compile("[+-]?(0|((\\d+(\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h))+)");

  private FormatCheck() {}

  static void check(String text, String format, FieldPath path, List<FieldError> errors) {
    if (!isValid(text, format)) {
      var error =
          KeywordCheck.invalid(
              path, '"' + text + '"', "must be of type " + format + ": \"" + text + '"');
      errors.add(new FieldError(FieldError.Type.TYPE_INVALID, error.field(), error.message()));
    }
  }

  private static boolean isValid(String text, String format) {
    return switch (format) {
      case "date-time", "datetime" -> isDateTime(text);
      case "date" -> isDate(text);
      case "duration" -> DURATION.matcher(text).matches();
      case "byte" -> isBase64(text);
      case "uuid", "uuid3", "uuid4", "uuid5" -> UUID.matcher(text).matches();
      case "email" -> EMAIL.matcher(text).matches();
      case "hostname" -> HOSTNAME.matcher(text).matches();
      case "mac" -> MAC.matcher(text).matches();
      case "ipv4" -> isIpv4(text);
      case "ipv6" -> isIpv6(text);
      case "ip" -> isIpv4(text) || isIpv6(text);
      case "cidr" -> isCidr(text);
      case "uri" -> isUri(text);
      default -> true;
    };
  }

  private static boolean isDateTime(String text) {
    try {
      return OffsetDateTime.parse(text).getYear() >= 0;
    } catch (DateTimeException malformed) {
      return false;
    }
  }

  private static boolean isDate(String text) {
    try {
      return LocalDate.parse(text).getYear() >= 0;
    } catch (DateTimeException malformed) {
      return false;
    }
  }

  private static boolean isBase64(String text) {
    return text.length() % 4 == 0 && BASE64.matcher(text).matches();
  }

  private static boolean isIpv4(String text) {
    return IPV4_CHARACTERS.matcher(text).matches() && isAddress(text);
  }

  private static boolean isIpv6(String text) {
    return IPV6_CHARACTERS.matcher(text).matches() && isAddress(text);
  }

  private static boolean isAddress(String text) {
    try {
      return text.indexOf(':') >= 0
          ? java.net.Inet6Address.ofLiteral(text).getAddress().length > 0
          : text.split("\\.", -1).length == 4
              && java.net.Inet4Address.ofLiteral(text).getAddress().length > 0;
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  private static boolean isCidr(String text) {
    var slash = text.indexOf('/');
    if (slash < 0) {
      return false;
    }
    var address = text.substring(0, slash);
    var bits = text.substring(slash + 1);
    var bitsMax = address.indexOf(':') >= 0 ? 128 : 32;
    return (isIpv4(address) || isIpv6(address))
        && bits.matches("\\d{1,3}")
        && Integer.parseInt(bits) <= bitsMax;
  }

  private static boolean isUri(String text) {
    try {
      return new URI(text).isAbsolute();
    } catch (URISyntaxException malformed) {
      return false;
    }
  }
}
