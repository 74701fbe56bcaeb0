package dev.nauarch.apiserver.usage;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import dev.nauarch.apiserver.request.Sink;
import dev.nauarch.apiserver.stream.PlayedPages;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * Metrics of the accelerators of simulated nodes, under the names and labels of NVIDIA's exporter:
 * of each node where that exporter listens, and of all of them on one page. Nothing of it is
 * reckoned before somebody asks.
 */
public final class DeviceMetrics implements PlayedPages {

  /** The page of all simulated nodes. */
  public static final String PATH = "/metrics/accelerators";

  /** Where NVIDIA's exporter listens. */
  private static final String PORT = "9400";

  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final int CHUNK = 1 << 16;

  /** One number of a device. */
  private record Metric(String name, String help, Function<DeviceUsage.Reading, String> value) {

    String head() {
      return "# HELP " + name + ' ' + help + "\n# TYPE " + name + " gauge\n";
    }

    void add(StringBuilder text, DeviceUsage.Reading reading) {
      text.append(name).append('{').append(reading.labels()).append("} ");
      text.append(value.apply(reading)).append('\n');
    }
  }

  private static final List<Metric> ALL =
      List.of(
          new Metric(
              "DCGM_FI_DEV_GPU_UTIL",
              "How much of the time the device is busy, in percent.",
              reading -> number(reading.busy())),
          new Metric(
              "DCGM_FI_DEV_FB_USED",
              "Memory of the device that is used, in MiB.",
              reading -> Long.toString(reading.usedMebibytes())),
          new Metric(
              "DCGM_FI_DEV_FB_FREE",
              "Memory of the device that nobody uses, in MiB.",
              reading -> Long.toString(reading.freeMebibytes())),
          new Metric(
              "DCGM_FI_PROF_GR_ENGINE_ACTIVE",
              "How much of the time the device is busy, from 0 to 1.",
              reading -> number(reading.busy().movePointLeft(2))));

  private static String number(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  private final ObjectView view;
  private final DeviceUsage usage;

  /**
   * @param view where nodes, pods, claims and slices are looked up
   */
  public DeviceMetrics(ObjectView view) {
    this.view = view;
    this.usage = new DeviceUsage(view);
  }

  @Override
  public Optional<Response> find(ObjectNode node, String port, String path, Request request) {
    if (!AgentReader.isSimulated(node) || port.isEmpty()) {
      return Optional.empty();
    }
    var name = Json.text(node, "metadata", "name");
    if (!port.equals(PORT) || !path.equals("/metrics") || !request.method().equals("GET")) {
      throw new ApiException(
          ApiException.Reason.SERVICE_UNAVAILABLE,
          "node %s is simulated: nothing of it can be reached but GET :%s/proxy/metrics"
              .formatted(name, PORT),
          ApiException.Details.NONE);
    }
    var readings = usage.of(name);
    var text = new StringBuilder();
    for (var metric : ALL) {
      text.append(metric.head());
      readings.forEach(reading -> metric.add(text, reading));
    }
    var body = text.toString().getBytes(StandardCharsets.UTF_8);
    return Optional.of(new Response.Full(200, TYPE, body, List.of()));
  }

  /** The page of all simulated nodes. */
  public Optional<Response> page(Request request) {
    return request.path().equals(PATH)
        ? Optional.of(new Response.Streamed(200, TYPE, this::write, List.of()))
        : Optional.empty();
  }

  /**
   * The text format wants all lines of a metric together, so that the readings are kept until the
   * last of them is written: a few hundred bytes of each device.
   */
  private void write(Sink sink) throws IOException {
    var readings =
        view.names("", "nodes").stream()
            .filter(
                name ->
                    view.scalar("", "nodes", "", name, AgentReader.LABEL)
                        .equals(AgentReader.PLAYED))
            .flatMap(name -> usage.of(name).stream())
            .toList();
    var text = new StringBuilder();
    for (var metric : ALL) {
      text.append(metric.head());
      for (var reading : readings) {
        metric.add(text, reading);
        if (text.length() > CHUNK) {
          send(sink, text);
        }
      }
    }
    send(sink, text);
  }

  private static void send(Sink sink, StringBuilder text) throws IOException {
    var bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    sink.send(bytes, 0, bytes.length);
    text.setLength(0);
  }
}
