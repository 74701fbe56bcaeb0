package dev.nauarch.apiserver.openapi;

import com.google.protobuf.CodedOutputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Writes OpenAPI documents as protobuf, by a table of messages. */
final class Messages {

  private static final Pattern BLANK = Pattern.compile(" ");
  private static final Pattern COLON = Pattern.compile(":");
  private static final int MAP_KEY = 1;
  private static final int MAP_VALUE = 2;
  private static final int ENTRIES = 1;
  private static final int YAML = 2;

  /** The messages of version 2. */
  static final Messages V2 = read("messages-v2.txt");

  /** The messages of version 3. */
  static final Messages V3 = read("messages-v3.txt");

  private enum Shape {
    MESSAGE,
    CHOICE,
    LIST
  }

  private record Field(String name, int number, String type) {}

  private record Message(Shape shape, List<Field> fields, Set<String> names) {}

  private final Map<String, Message> messages = new HashMap<>();

  private Messages() {}

  /** A whole document. */
  byte[] document(JsonNode json) {
    return message("Document", json);
  }

  private static Messages read(String resource) {
    var table = new Messages();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Messages.class.getResourceAsStream(resource), resource),
                StandardCharsets.UTF_8))) {
      lines.lines().filter(line -> !line.startsWith("#")).forEach(table::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return table;
  }

  private void add(String line) {
    var words = BLANK.split(line, -1);
    var shape =
        switch (words[0]) {
          case "choice" -> Shape.CHOICE;
          case "list" -> Shape.LIST;
          default -> Shape.MESSAGE;
        };
    var at = shape == Shape.MESSAGE ? 0 : 1;
    var fields = new ArrayList<Field>();
    var names = new HashSet<String>();
    for (var i = at + 1; i < words.length; i++) {
      var parts = COLON.split(words[i], -1);
      var name = shape == Shape.LIST ? "" : parts[0];
      var number = Integer.parseInt(parts[shape == Shape.LIST ? 0 : 1]);
      var isExtension = name.equals("x-");
      var field = new Field(name, number, isExtension ? "any" : parts[parts.length - 1]);
      fields.add(field);
      names.add(field.name);
    }
    messages.put(words[at], new Message(shape, fields, names));
  }

  private byte[] message(String name, JsonNode json) {
    var message = messages.get(name);
    if (message == null) {
      throw new IllegalStateException("no message is called " + name);
    }
    return written(
        output -> {
          switch (message.shape) {
            case MESSAGE -> writeFields(output, message, json);
            case CHOICE -> writeChoice(output, message, json);
            case LIST -> {
              var field = message.fields.getFirst();
              for (var item : json.isArray() ? json : List.of(json)) {
                write(output, field.number, field.type, item);
              }
            }
          }
        });
  }

  private void writeFields(CodedOutputStream output, Message message, JsonNode json)
      throws IOException {
    for (var field : message.fields) {
      switch (field.name) {
        case "x-" -> {
          for (var entry : json.properties()) {
            if (entry.getKey().startsWith("x-")) {
              writeEntry(output, field.number, entry, "any");
            }
          }
        }
        case "*" -> {
          for (var entry : json.properties()) {
            if (!entry.getKey().startsWith("x-") && !message.names.contains(entry.getKey())) {
              writeEntry(output, field.number, entry, field.type);
            }
          }
        }
        default -> {
          var value = json.get(field.name);
          if (value != null && (field.type.equals("any") || !isZero(value))) {
            writeField(output, field, value);
          }
        }
      }
    }
  }

  /** A field that holds the zero of its type is not written. */
  private static boolean isZero(JsonNode value) {
    return value.isNull()
        || (value.isBoolean() && !value.asBoolean(false))
        || (value.isString() && value.asString("").isEmpty())
        || (value.isNumber() && value.asDouble(0) == 0);
  }

  private void writeField(CodedOutputStream output, Field field, JsonNode value)
      throws IOException {
    var type = field.type;
    if (type.endsWith("[]")) {
      for (var item : value) {
        write(output, field.number, type.substring(0, type.length() - 2), item);
      }
    } else if (type.endsWith("{}")) {
      var of = type.substring(0, type.length() - 2);
      var map =
          written(
              entries -> {
                for (var entry : value.properties()) {
                  writeEntry(entries, ENTRIES, entry, of);
                }
              });
      output.writeByteArray(field.number, map);
    } else {
      write(output, field.number, type, value);
    }
  }

  private void writeEntry(
      CodedOutputStream output, int number, Map.Entry<String, JsonNode> entry, String type)
      throws IOException {
    var named =
        written(
            fields -> {
              fields.writeString(MAP_KEY, entry.getKey());
              write(fields, MAP_VALUE, type, entry.getValue());
            });
    output.writeByteArray(number, named);
  }

  private void writeChoice(CodedOutputStream output, Message message, JsonNode json)
      throws IOException {
    for (var field : message.fields) {
      var name = field.name;
      var equals = name.indexOf('=');
      var fits =
          switch (name) {
            case "else" -> true;
            case "number" -> json.isNumber();
            case "boolean" -> json.isBoolean();
            case "string" -> json.isString();
            default ->
                equals < 0
                    ? json.has(name)
                    : json.path(name.substring(0, equals))
                        .asString("")
                        .equals(name.substring(equals + 1));
          };
      if (fits) {
        write(output, field.number, field.type, json);
        return;
      }
    }
  }

  private void write(CodedOutputStream output, int number, String type, JsonNode value)
      throws IOException {
    switch (type) {
      case "string" -> output.writeString(number, value.asString(""));
      case "bool" -> output.writeBool(number, value.asBoolean(false));
      case "int" -> output.writeInt64(number, value.asLong(0));
      case "double" -> output.writeDouble(number, value.asDouble(0));
      // JSON is YAML too.
      case "any" ->
          output.writeByteArray(
              number, written(any -> any.writeString(YAML, value.toString() + "\n")));
      default -> output.writeByteArray(number, message(type, value));
    }
  }

  private interface FieldWriter {
    void writeTo(CodedOutputStream output) throws IOException;
  }

  private static byte[] written(FieldWriter writer) {
    var bytes = new ByteArrayOutputStream();
    try {
      var output = CodedOutputStream.newInstance(bytes, 512);
      writer.writeTo(output);
      output.flush();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }
}
