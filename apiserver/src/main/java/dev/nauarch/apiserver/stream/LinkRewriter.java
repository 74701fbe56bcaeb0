package dev.nauarch.apiserver.stream;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Leads the links of a page behind a proxy through that proxy again: links that begin at the root
 * of the page's own server.
 *
 * @param prefix the path of the proxy, without a slash at its end
 * @param hosts the names and ports under which the server behind knows itself
 */
record LinkRewriter(String prefix, List<String> hosts) {

  /** Which attributes hold links. */
  private static final Map<String, Set<String>> LINKS =
      Map.ofEntries(
          Map.entry("a", Set.of("href")),
          Map.entry("applet", Set.of("codebase")),
          Map.entry("area", Set.of("href")),
          Map.entry("audio", Set.of("src")),
          Map.entry("base", Set.of("href")),
          Map.entry("blockquote", Set.of("cite")),
          Map.entry("body", Set.of("background")),
          Map.entry("button", Set.of("formaction")),
          Map.entry("command", Set.of("icon")),
          Map.entry("del", Set.of("cite")),
          Map.entry("embed", Set.of("src")),
          Map.entry("form", Set.of("action")),
          Map.entry("frame", Set.of("longdesc", "src")),
          Map.entry("head", Set.of("profile")),
          Map.entry("html", Set.of("manifest")),
          Map.entry("iframe", Set.of("longdesc", "src")),
          Map.entry("img", Set.of("longdesc", "src", "usemap")),
          Map.entry("input", Set.of("src", "usemap", "formaction")),
          Map.entry("ins", Set.of("cite")),
          Map.entry("link", Set.of("href")),
          Map.entry("object", Set.of("classid", "codebase", "data", "usemap")),
          Map.entry("q", Set.of("cite")),
          Map.entry("script", Set.of("src")),
          Map.entry("source", Set.of("src")),
          Map.entry("video", Set.of("poster", "src")));

  /** A comment, the text of a script or a style sheet, or a tag; what is in the first is no tag. */
  private static final Pattern TAG =
      Pattern.compile(
          "<!--.*?-->"
              + "|(?<=<script>)[^<].*?(?=</script)"
              + "|<([a-zA-Z][a-zA-Z0-9]*)((?:\\s|/)(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>",
          Pattern.DOTALL);

  private static final Pattern ATTRIBUTE =
      Pattern.compile("([a-zA-Z-]+)(\\s*=\\s*)(\"[^\"]*\"|'[^']*'|[^\\s\"'>]+)");

  private static final int PAGE_BYTES_MAX = 16 * 1024 * 1024;

  /** Where a redirect leads, seen from before the proxy. */
  String location(String target) {
    try {
      return link(new URI(target));
    } catch (URISyntaxException e) {
      return target;
    }
  }

  private String link(URI link) {
    var isElsewhere = link.getRawAuthority() != null && !hosts.contains(link.getRawAuthority());
    var path = link.getRawPath();
    if (isElsewhere || link.isOpaque() || path == null || !path.startsWith("/")) {
      return link.toString();
    }
    var text = new StringBuilder(path.startsWith(prefix) ? path : prefix + path);
    if (link.getRawQuery() != null) {
      text.append('?').append(link.getRawQuery());
    }
    if (link.getRawFragment() != null) {
      text.append('#').append(link.getRawFragment());
    }
    return text.toString();
  }

  /**
   * A page with its links rewritten.
   *
   * @param encoding the page's Content-Encoding, which the result has too
   * @return empty where the encoding is not known: nothing was read of the body then
   * @throws IOException where the page can't be read, or is longer than 16 MiB
   */
  Optional<byte[]> page(InputStream body, String encoding) throws IOException {
    return switch (encoding) {
      case "" -> Optional.of(bytes(rewritten(text(body))));
      case "gzip" -> {
        var page = rewritten(text(new GZIPInputStream(body)));
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
          new ByteArrayInputStream(bytes(page)).transferTo(out);
        }
        yield Optional.of(packed.toByteArray());
      }
      default -> Optional.empty();
    };
  }

  /** Every byte is one letter here: tags and paths are ASCII in the encodings that matter. */
  private static String text(InputStream in) throws IOException {
    var bytes = in.readNBytes(PAGE_BYTES_MAX + 1);
    if (bytes.length > PAGE_BYTES_MAX) {
      throw new IOException("a page of more than 16 MiB, whose links can't be rewritten");
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String page) {
    return page.getBytes(StandardCharsets.ISO_8859_1);
  }

  private String rewritten(String page) {
    var text = new StringBuilder(page.length() + 256);
    var tag = TAG.matcher(page);
    var end = 0;
    while (tag.find()) {
      text.append(page, end, tag.start());
      var links =
          tag.group(1) == null
              ? Set.<String>of()
              : LINKS.getOrDefault(tag.group(1).toLowerCase(Locale.ROOT), Set.of());
      text.append(links.isEmpty() ? tag.group() : rewritten(tag.group(), links));
      end = tag.end();
    }
    return text.append(page, end, page.length()).toString();
  }

  private String rewritten(String tag, Set<String> links) {
    var text = new StringBuilder();
    var attribute = ATTRIBUTE.matcher(tag);
    var end = 0;
    while (attribute.find()) {
      text.append(tag, end, attribute.start());
      var value = attribute.group(3);
      if (links.contains(attribute.group(1).toLowerCase(Locale.ROOT))) {
        var isQuoted = value.startsWith("\"") || value.startsWith("'");
        var plain = isQuoted ? value.substring(1, value.length() - 1) : value;
        var link = location(plain.replace("&amp;", "&")).replace("&", "&amp;");
        value = '"' + link + '"';
      }
      text.append(attribute.group(1)).append(attribute.group(2)).append(value);
      end = attribute.end();
    }
    return text.append(tag, end, tag.length()).toString();
  }
}
