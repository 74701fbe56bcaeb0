package dev.nauarch.verification.interop;

import dev.nauarch.verification.cluster.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One release of kubectl, in a namespace of its own. */
final class Kubectl {
  /** The releases that are tried: the oldest that we stand by, and the newest that there is. */
  enum Release {
    OLDEST("kubectl-oldest"),
    NEWEST("kubectl-newest");

    private final String program;

    Release(String program) {
      this.program = program;
    }
  }

  /** A test that runs with each release; its class has a method {@code releases}. */
  @ParameterizedTest
  @MethodSource("releases")
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  @interface Test {}

  private static final AtomicInteger MADE = new AtomicInteger();

  private final Release release;
  private final Program program;
  private final Path home;
  private final String namespace;

  /**
   * Makes the namespace, and waits until pods can be made in it.
   *
   * @param directory where it may keep things
   */
  Kubectl(Release release, Path directory, Path kubeconfig) throws IOException {
    this.release = release;
    this.namespace = release.name().toLowerCase(Locale.ROOT) + "-" + MADE.incrementAndGet();
    this.home = Files.createTempDirectory(directory, namespace);
    // The namespace stands in the file, not in every command: kubectl warns of one beside an object
    // that has none.
    Files.copy(kubeconfig, home.resolve("kubeconfig"));
    this.program =
        new Program(List.of(Toolchain.at(release.program).toString()), home, environment());
    ok("config set-context --current --namespace=" + namespace);
    ok("create namespace " + namespace);
    ok("wait --for=create serviceaccount/default --timeout=30s");
  }

  private Kubectl(Kubectl other, Map<String, String> more) {
    this.release = other.release;
    this.namespace = other.namespace;
    this.home = other.home;
    var environment = new HashMap<>(other.environment());
    environment.putAll(more);
    this.program =
        new Program(List.of(Toolchain.at(release.program).toString()), home, environment);
  }

  private Map<String, String> environment() {
    return Map.of(
        "KUBECONFIG",
        home.resolve("kubeconfig").toString(),
        "KUBE_EDITOR",
        home.resolve("editor").toString());
  }

  /** The same, but it speaks SPDY where it would open a WebSocket. */
  Kubectl overSpdy() {
    return new Kubectl(
        this,
        Map.of(
            "KUBECTL_REMOTE_COMMAND_WEBSOCKETS", "false",
            "KUBECTL_PORT_FORWARD_WEBSOCKETS", "false"));
  }

  /** Each release, made when it is asked for. */
  static Stream<Kubectl> ofEachRelease(Path directory, Path kubeconfig) {
    return Stream.of(Release.values())
        .map(
            release -> {
              try {
                return new Kubectl(release, directory, kubeconfig);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  @Override
  public String toString() {
    return release.program;
  }

  Release release() {
    return release;
  }

  String namespace() {
    return namespace;
  }

  /**
   * Runs it; it must succeed without a warning.
   *
   * @param line its arguments, with spaces between them
   * @param more arguments that hold spaces themselves
   * @return what it wrote
   */
  String ok(String line, String... more) {
    return run(line, more).clean();
  }

  /** The same with something to read; {@code -} among the arguments names that. */
  String okWith(String input, String line, String... more) {
    return runWith(input, line, more).clean();
  }

  /** Runs it, however it ends. */
  Program.Ended run(String line, String... more) {
    return runWith("", line, more);
  }

  /** The same with something to read. */
  Program.Ended runWith(String input, String line, String... more) {
    return program.run(input, arguments(line, more));
  }

  /** Starts it and lets it run. */
  Program.Running start(String line, String... more) throws IOException {
    return program.start(arguments(line, more));
  }

  private static List<String> arguments(String line, String... more) {
    return Stream.concat(Stream.of(line.split(" ")), Stream.of(more)).toList();
  }

  /** Makes a pod of one container that runs a line of shell, and waits until it is ready. */
  void runPod(String name, String script) {
    okWith(Manifests.pod(name, script), "apply -f -");
    ok("wait --for=condition=Ready pod/" + name + " --timeout=60s");
  }

  /** Lets the next {@code edit} run a script of sed on what is edited. */
  Kubectl editing(String sed) throws IOException {
    var editor = home.resolve("editor");
    Files.writeString(editor, "#!/bin/sh\nexec sed -i '" + sed + "' \"$1\"\n");
    if (!editor.toFile().setExecutable(true)) {
      throw new IOException(editor + " can't be made executable");
    }
    return this;
  }

  /** What a JSONPath gives of an object. */
  String value(String object, String path) {
    return ok("get " + object + " -o", "jsonpath=" + path);
  }

  /** Writes a file that arguments can name. */
  String file(String name, String text) throws IOException {
    return Files.writeString(home.resolve(name), text).toString();
  }
}
