package dev.nauarch.launcher.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * The Python that the demo's pods run, and the trainer that fits it.
 *
 * @param python the interpreter's path
 * @param trainer the trainer's file name
 * @param framework what it trains with, for people
 */
record PythonSetup(String python, String trainer, String framework) {
  private static final String JAX = "jax==0.10.2";

  /**
   * JAX in a virtual environment, made once and kept; where that can't be had, the trainer that
   * needs only Python's standard library.
   *
   * @param cache where the environment is kept
   * @param say hears in a line why there is no JAX
   */
  static PythonSetup prepare(Path cache, Consumer<String> say)
      throws IOException, InterruptedException {
    var environment = cache.resolve("python-" + JAX.replace("==", "-"));
    var python = environment.resolve("bin/python");
    var done = environment.resolve("complete");
    if (!Files.exists(done)) {
      Files.createDirectories(cache);
      var log = cache.resolve("python.log");
      var isMade =
          run(log, "python3", "-m", "venv", "--clear", environment.toString())
              && run(
                  log,
                  environment.resolve("bin/pip").toString(),
                  "install",
                  "--quiet",
                  "--disable-pip-version-check",
                  JAX);
      if (!isMade) {
        say.accept("JAX can't be installed here (see " + log + "): training with Python alone");
        return new PythonSetup(plainPython(), "train_stdlib.py", "Python's standard library");
      }
      Files.createFile(done);
    }
    return new PythonSetup(python.toString(), "train.py", JAX.replace("==", " ") + " with Gloo");
  }

  private static String plainPython() throws IOException {
    for (var candidate : List.of("/usr/bin/python3", "/usr/local/bin/python3")) {
      if (Files.isExecutable(Path.of(candidate))) {
        return candidate;
      }
    }
    throw new IOException("python3 is not installed: apt-get install python3 python3-venv");
  }

  private static boolean run(Path log, String... words) throws InterruptedException {
    try {
      var builder = new ProcessBuilder(words).redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      return builder.start().waitFor() == 0;
    } catch (IOException e) {
      append(log, e.toString());
      return false;
    }
  }

  private static void append(Path log, String line) {
    try {
      Files.writeString(
          log,
          line + "\n",
          StandardCharsets.UTF_8,
          java.nio.file.StandardOpenOption.CREATE,
          java.nio.file.StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
