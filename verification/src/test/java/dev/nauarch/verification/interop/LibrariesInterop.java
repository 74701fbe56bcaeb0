package dev.nauarch.verification.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.verification.cluster.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs over the client libraries of Go, Python and Java. Each scenario is a run of a program
 * that lies in {@code src/interop}: it ends with an error where something is not as it must be.
 */
class LibrariesInterop extends ClusterSuite {
  private static final Path PROGRAMS = Path.of("src", "interop").toAbsolutePath();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "typed",
        "lists",
        "watches",
        "informers",
        "metadata",
        "dynamic",
        "election",
        "commands",
        "attached",
        "ports"
      })
  void clientGo(String scenario) throws IOException {
    run(List.of(Toolchain.at("go-client").toString()), scenario);
  }

  @Test
  void controllerRuntime() throws IOException {
    run(List.of(Toolchain.at("operator").toString()), "operator");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"objects", "pods", "commands", "attached", "ports", "custom_objects", "workloads"})
  void python(String scenario) throws IOException {
    var python = Toolchain.at("venv/bin/python").toString();
    run(List.of(python, PROGRAMS.resolve("python/client.py").toString()), scenario);
  }

  @ParameterizedTest
  @ValueSource(strings = {"objects", "pods", "informers", "custom"})
  void fabric8(String scenario) throws IOException {
    runJava("fabric8", scenario);
  }

  @ParameterizedTest
  @ValueSource(strings = {"objects", "pods", "informers", "custom"})
  void clientJava(String scenario) throws IOException {
    runJava("client-java", scenario);
  }

  private void runJava(String library, String scenario) throws IOException {
    run(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "--class-path",
            Toolchain.at(library) + "/*",
            PROGRAMS.resolve(library).resolve("Client.java").toString()),
        scenario);
  }

  /** Runs a scenario in a namespace of its own. */
  private void run(List<String> command, String scenario) throws IOException {
    var kubectl = kubectl();
    var home = Files.createTempDirectory(directory(), scenario);
    var environment = Map.of("KUBECONFIG", kubeconfig().toString());
    var program = new Program(command, home, environment);
    var said = program.run("", List.of(scenario, kubectl.namespace())).clean();
    assertTrue(said.endsWith("ok\n"), said);
  }
}
