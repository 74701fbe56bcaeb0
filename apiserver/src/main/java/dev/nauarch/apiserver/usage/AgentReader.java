package dev.nauarch.apiserver.usage;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.OwnNames;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.ObjectView;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the agents of all nodes every 15 seconds, each on a virtual thread, and keeps what the last
 * two pages say. A node that does not answer has no metrics.
 */
final class AgentReader implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AgentReader.class);
  private static final Duration PERIOD = Duration.ofSeconds(15);

  /** Where a node says that it is only played, and how. */
  static final List<String> LABEL = List.of("metadata", "labels", OwnNames.SIMULATED);

  static final Optional<String> PLAYED = Optional.of("true");

  /** The last page of a node, and what was used up to it. */
  private record Read(AgentPage page, Optional<Measured> measured) {}

  private final ObjectView view;
  private final UsageMetrics.Pages pages;
  private final InstantSource clock;
  private final Map<String, Read> readByNode = new ConcurrentHashMap<>();
  private final Thread thread;

  private AgentReader(ObjectView view, UsageMetrics.Pages pages, InstantSource clock) {
    this.view = view;
    this.pages = pages;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("agent-metrics").unstarted(this::run);
  }

  static AgentReader start(ObjectView view, UsageMetrics.Pages pages, InstantSource clock) {
    var reader = new AgentReader(view, pages, clock);
    reader.thread.start();
    return reader;
  }

  /** Whether a node is only played. */
  static boolean isSimulated(ObjectNode node) {
    var labels = Json.child(Json.child(node, "metadata"), "labels");
    return Json.text(labels, OwnNames.SIMULATED).equals("true");
  }

  /** What a node's agent has measured last; empty before the second page, and once it is silent. */
  Optional<Measured> measured(String node) {
    return Optional.ofNullable(readByNode.get(node)).flatMap(Read::measured);
  }

  private void run() {
    try {
      while (true) {
        look();
        Thread.sleep(PERIOD);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() throws InterruptedException {
    // There may be very many played nodes, whose agents measure nothing.
    var names =
        view.names("", "nodes").stream()
            .filter(name -> !view.scalar("", "nodes", "", name, LABEL).equals(PLAYED))
            .toList();
    var readers = new ArrayList<Thread>();
    for (var name : names) {
      readers.add(Thread.ofVirtual().name("agent-page").start(() -> read(name)));
    }
    for (var reader : readers) {
      reader.join();
    }
    readByNode.keySet().retainAll(Set.copyOf(names));
  }

  private void read(String name) {
    view.find("", "nodes", "", name).ifPresent(node -> read(name, node));
  }

  private void read(String name, ObjectNode node) {
    try {
      var page = AgentPage.parse(pages.read(node), clock.instant());
      readByNode.compute(
          name,
          (key, before) ->
              new Read(page, Optional.ofNullable(before).map(then -> page.since(then.page()))));
    } catch (ApiException e) {
      readByNode.remove(name);
      LOG.debug("No metrics of node {}: {}", name, e.getMessage());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
