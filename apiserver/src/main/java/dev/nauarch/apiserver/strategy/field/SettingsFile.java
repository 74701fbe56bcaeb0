package dev.nauarch.apiserver.strategy.field;

import dev.nauarch.apiserver.codec.DecodingException;
import dev.nauarch.apiserver.codec.YamlCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

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
    try {
      var problems = new Problems();
      var root = Field.of(YamlCodec.decode(Files.readAllBytes(file)).object());
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
}
