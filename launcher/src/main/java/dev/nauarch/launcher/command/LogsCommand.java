package dev.nauarch.launcher.command;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nau logs}. */
@Command(
    name = "nau logs",
    description = "What a pod's container prints.",
    mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(paramLabel = "POD", description = "The pod's name.")
  private String pod = "";

  @Mixin private final NamespaceOption namespace = new NamespaceOption();

  @Option(
      names = {"-c", "--container"},
      description = "The container, where there are several.")
  private @Nullable String container;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until the container ends.")
  private boolean follows;

  @Option(
      names = {"-p", "--previous"},
      description = "The container's run before this one.")
  private boolean isPrevious;

  @Option(names = "--tail", defaultValue = "-1", description = "Only the last lines.")
  private long tail = -1;

  @Override
  public Integer call() throws IOException {
    var query = new StringBuilder("?follow=" + follows + "&previous=" + isPrevious);
    if (container != null) {
      query.append("&container=").append(URLEncoder.encode(container, StandardCharsets.UTF_8));
    }
    if (tail >= 0) {
      query.append("&tailLines=").append(tail);
    }
    var path = "/api/v1/namespaces/" + namespace.name() + "/pods/" + pod + "/log" + query;
    try (var client = cluster.connect();
        var in = client.rawStream(path)) {
      var piece = new byte[16 * 1024];
      for (var count = in.read(piece); count >= 0; count = in.read(piece)) {
        System.out.write(piece, 0, count);
        System.out.flush();
      }
    }
    return ExitCode.OK.number();
  }
}
