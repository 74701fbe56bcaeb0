package dev.nauarch.nodeagent.network;

import dev.nauarch.nodeagent.network.nft.Family;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends flows that the kernel tracks, by the program {@code conntrack} where the machine has it. */
final class FlowTable {
  private static final Logger LOG = LoggerFactory.getLogger(FlowTable.class);

  /** What the program prints where it found nothing to delete; then it ends with code 1. */
  private static final String NONE_FOUND = "0 flow entries have been deleted";

  private boolean wasMissed;

  /** Ends flows; one that can't be ended times out by itself when its client pauses. */
  void end(Collection<StaleFlow> flows) {
    try {
      for (var flow : flows) {
        end(flow);
      }
    } catch (IOException e) {
      if (!wasMissed) {
        wasMissed = true;
        LOG.warn(
            "UDP clients that keep their port go on to endpoints that are gone until they pause:"
                + " conntrack did not run; install it (Debian: conntrack)",
            e);
      }
    }
  }

  private static void end(StaleFlow flow) throws IOException {
    try {
      Tool.run("", words(flow).toArray(String[]::new));
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains(NONE_FOUND)) {
        throw e;
      }
    }
  }

  private static List<String> words(StaleFlow flow) {
    var words = new ArrayList<>(List.of("conntrack", "-D", "-p", "udp"));
    words.addAll(List.of("-f", flow.family() == Family.IPV6 ? "ipv6" : "ipv4"));
    if (!flow.address().isEmpty()) {
      words.addAll(List.of("--orig-dst", flow.address()));
    }
    words.addAll(List.of("--orig-port-dst", Integer.toString(flow.port())));
    if (!flow.endpoint().isEmpty()) {
      words.addAll(List.of("--reply-src", flow.endpoint()));
    }
    return words;
  }
}
