package dev.nauarch.apiserver.strategy.field;

import dev.nauarch.apiserver.codec.DecodingException;
import dev.nauarch.apiserver.codec.YamlCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import tools.jackson.databind.node.StringNode;

/** A file in which somebody says how a server is to behave. */
public final class SettingsFile {

  private SettingsFile() {}

  /**
   * Reads a file.
   *
   * @param reader makes of its content what it stands for, and says what is wrong with it
   * @throws IOException when the file can't be read
   * @throws IllegalArgumentException with all that is wrong with what it says
   */
  public static <T> T read(Path file, BiFunction<Field, Problems, T> reader) throws IOException {
    return read(file, Files.readAllBytes(file), reader);
  }

  /**
   * Reads the content of a file.
   *
   * @param file where it stands, for messages
   * @throws IllegalArgumentException with all that is wrong with what it says
   */
  public static <T> T read(Path file, byte[] content, BiFunction<Field, Problems, T> reader) {
    try {
      var problems = new Problems();
      var root = Field.of(YamlCodec.decode(content).object());
      var result = reader.apply(root, problems);
      var errors = problems.errors();
      if (!errors.isEmpty()) {
        throw new IllegalArgumentException(
            file
                + ": "
                + errors.stream()
                    .map(error -> error.field() + ": " + error.message())
                    .collect(Collectors.joining("; ")));
      }
      return result;
    } catch (DecodingException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Refuses the fields of an object that nobody would act upon: in such a file they are mistakes.
   */
  public static void knownFields(Problems problems, Field object, String... known) {
    for (var entry : object.entries()) {
      if (!List.of(known).contains(entry.key())) {
        problems.invalid(
            new Field(StringNode.valueOf(entry.key()), object.path(), ""), "unknown field");
      }
    }
  }
}
