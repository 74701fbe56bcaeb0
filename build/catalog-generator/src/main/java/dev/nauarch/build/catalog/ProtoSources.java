package dev.nauarch.build.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The definitions that the sources of {@code client-java-proto} carry. What protoc prints above
 * each accessor holds the Go comment of a field and its protobuf declaration, which together are
 * the whole schema; the code below the comments is not looked at.
 */
final class ProtoSources {

  private static final String FOLDER = "io/kubernetes/client/proto/";
  private static final Pattern INTERFACE = Pattern.compile("interface_extends:([\\w.]+)\\)");
  private static final Pattern MESSAGE = Pattern.compile("Protobuf type \\{@code ([\\w.]+)}");
  private static final Pattern FIELD = Pattern.compile("<code>(.+) (\\w+) = (\\d+);</code>");

  private final Map<String, ObjectNode> definitions = new TreeMap<>();

  private ProtoSources() {}

  /** Reads the sources, which are on the class path as text. */
  static ProtoSources fromClassPath() throws IOException {
    var one = ProtoSources.class.getClassLoader().getResource(FOLDER + "V1.java");
    if (one == null || !(one.openConnection() instanceof JarURLConnection connection)) {
      throw new IllegalStateException("the sources of client-java-proto are not on the class path");
    }
    var sources = new ProtoSources();
    connection.setUseCaches(false);
    try (var jar = connection.getJarFile()) {
      for (var entry : (Iterable<java.util.jar.JarEntry>) jar.stream()::iterator) {
        if (entry.getName().startsWith(FOLDER) && entry.getName().endsWith(".java")) {
          sources.read(jar.getInputStream(entry));
        }
      }
    }
    return sources;
  }

  /** The definitions by OpenAPI name. */
  Map<String, ObjectNode> definitions() {
    return definitions;
  }

  void read(InputStream source) {
    try (var lines = new String(source.readAllBytes(), StandardCharsets.UTF_8).lines()) {
      var reading = new Reading();
      lines.forEach(reading::accept);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Goes through one file line by line. */
  private final class Reading {
    private final List<String> comment = new ArrayList<>();
    private boolean inComment;
    private ObjectNode current = JsonNodeFactory.instance.objectNode();

    void accept(String rawLine) {
      var line = rawLine.strip();
      if (line.equals("/**")) {
        comment.clear();
        inComment = true;
      } else if (line.equals("*/")) {
        inComment = false;
      } else if (inComment) {
        acceptComment(line.length() > 2 ? line.substring(2) : "");
      } else if (line.startsWith("// @@protoc_insertion_point(interface_extends")) {
        var name = INTERFACE.matcher(line);
        if (name.find()) {
          current = definition(name.group(1));
        }
      }
    }

    private void acceptComment(String line) {
      if (line.startsWith("<code>")) {
        var field = FIELD.matcher(unescape(line));
        if (field.matches()) {
          addField(field);
        }
      } else if (line.startsWith("Protobuf type {@code ")) {
        var name = MESSAGE.matcher(line);
        if (name.find() && !definition(name.group(1)).has("description")) {
          GoComment.of(comment).writeTo(definition(name.group(1)));
        }
      } else if (!line.startsWith("<pre>") && !line.startsWith("</pre>")) {
        comment.add(unescape(line));
      }
    }

    private void addField(Matcher declaration) {
      var properties = current.withObjectProperty("properties");
      if (properties.has(declaration.group(2))) {
        return;
      }
      var property = properties.putObject(declaration.group(2));
      property.put("type", TypeName.ofProto(declaration.group(1)));
      property.put("number", Integer.parseInt(declaration.group(3)));
      GoComment.of(comment).writeTo(property);
    }

    private ObjectNode definition(String message) {
      return definitions.computeIfAbsent(
          TypeName.definitionOf(message), name -> JsonNodeFactory.instance.objectNode());
    }
  }

  private static String unescape(String html) {
    return html.replace("&gt;", ">")
        .replace("&lt;", "<")
        .replace("&#92;", "\\")
        .replace("&#47;", "/")
        .replace("&#42;", "*")
        .replace("&#64;", "@")
        .replace("&amp;", "&");
  }
}
