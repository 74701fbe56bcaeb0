package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/** A jar of a plug-in, made of what a page shows, by the compiler and nothing of the build. */
final class PluginJar {
  private static final Path LIBRARIES = Path.of("..", "launcher", "target", "dist", "lib");
  private static final String SERVICE =
      "META-INF/services/dev.nauarch.scheduling.plugin.SchedulerPlugin";

  private PluginJar() {}

  /** The text of the first block of a language on a page. */
  static String block(Path page, String language) throws IOException {
    var found =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(page));
    if (!found.find()) {
      throw new IllegalStateException(page + " shows no " + language);
    }
    return found.group(1);
  }

  /** Compiles a class and packs it together with the name of the plug-in. */
  static Path of(Path directory, String simpleName, String source, String service)
      throws IOException {
    var file = directory.resolve(simpleName + ".java");
    Files.writeString(file, source);
    var classes = Files.createDirectories(directory.resolve("classes"));
    compile(file, classes);
    var jar = directory.resolve(simpleName + ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        var packed = new JarOutputStream(out);
        var compiled = Files.walk(classes)) {
      for (var one : compiled.filter(Files::isRegularFile).toList()) {
        add(packed, classes.relativize(one).toString(), Files.readAllBytes(one));
      }
      add(packed, SERVICE, service.getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }

  private static void add(JarOutputStream jar, String name, byte[] content) throws IOException {
    jar.putNextEntry(new JarEntry(name));
    jar.write(content);
    jar.closeEntry();
  }

  private static void compile(Path file, Path classes) throws IOException {
    var compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        var libraries = Files.list(LIBRARIES)) {
      var against =
          libraries.filter(jar -> jar.getFileName().toString().startsWith("scheduling-")).toList();
      var output = new StringWriter();
      var words = List.of("-cp", against.getFirst().toString(), "-d", classes.toString());
      var task = compiler.getTask(output, files, null, words, null, files.getJavaFileObjects(file));
      assertEquals(true, task.call(), output::toString);
    }
  }
}
