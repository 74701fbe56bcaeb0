package dev.nauarch.apiserver.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One request of a file, as it is written there.
 *
 * <pre>
 * == title
 * METHOD PATH
 * header: value
 *
 * body
 * ----
 * what is answered
 * </pre>
 *
 * <p>{@code ${repeat 100 abc}} stands for a hundred times {@code abc}, with {@code \}} for a brace;
 * {@code ${hex 6b38}} for two bytes. A body without a content type is JSON.
 *
 * @param expected the lines behind the dashes
 */
record WireCase(
    String title,
    String method,
    String path,
    Map<String, String> headers,
    byte[] body,
    List<String> expected) {

  private static final Pattern MACRO =
      Pattern.compile("\\$\\{(repeat|hex) ((?:\\\\}|[^}])*)}", Pattern.DOTALL);

  /** The lines of one case, without its title. */
  static WireCase of(String title, List<String> lines) {
    var dashes = lines.indexOf("----");
    var request = lines.get(0).split(" ", 2);
    var headers = new LinkedHashMap<String, String>();
    var at = 1;
    for (; at < dashes && !lines.get(at).isEmpty(); at++) {
      var header = lines.get(at).split(": ", 2);
      headers.put(header[0], text(header[1]));
    }
    var body = at < dashes ? bytes(String.join("\n", lines.subList(at + 1, dashes))) : new byte[0];
    if (body.length > 0) {
      headers.putIfAbsent("content-type", "application/json");
    }
    headers.values().remove("-");
    var expected = new ArrayList<>(lines.subList(dashes + 1, lines.size()));
    while (!expected.isEmpty() && expected.getLast().isEmpty()) {
      expected.removeLast();
    }
    return new WireCase(title, request[0], text(request[1]), headers, body, expected);
  }

  private static String text(String written) {
    return new String(bytes(written), StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String written) {
    var bytes = new ByteArrayOutputStream();
    var macro = MACRO.matcher(written);
    var at = 0;
    while (macro.find()) {
      bytes.writeBytes(written.substring(at, macro.start()).getBytes(StandardCharsets.UTF_8));
      bytes.writeBytes(expanded(macro.group(1), macro.group(2)));
      at = macro.end();
    }
    bytes.writeBytes(written.substring(at).getBytes(StandardCharsets.UTF_8));
    return bytes.toByteArray();
  }

  private static byte[] expanded(String name, String arguments) {
    if (name.equals("hex")) {
      return HexFormat.of().parseHex(arguments.replace(" ", ""));
    }
    var parts = arguments.split(" ", 2);
    var times = Integer.parseInt(parts[0]);
    return parts[1].replace("\\}", "}").repeat(times).getBytes(StandardCharsets.UTF_8);
  }
}
