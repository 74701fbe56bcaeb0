package dev.nauarch.nodeagent.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.nodeagent.network.ClusterServices;
import dev.nauarch.nodeagent.network.ClusterServices.Addresses;
import dev.nauarch.nodeagent.network.ClusterServices.Endpoint;
import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.ClusterServices.Place;
import dev.nauarch.nodeagent.network.ClusterServices.Port;
import dev.nauarch.nodeagent.network.ClusterServices.Readiness;
import dev.nauarch.nodeagent.network.ClusterServices.Traffic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

class ClusterZoneTest {
  private static final ClusterZone ZONE = new ClusterZone("cluster.local", services());

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    // A Service has its cluster IP, and no IPv6 address; case does not matter.
    "web.default.svc.cluster.local., A, 10.96.0.20",
    "WEB.Default.svc.cluster.local., A, 10.96.0.20",
    "web.default.svc.cluster.local., AAAA, empty",
    // A headless one has its ready endpoints, each of which has a name.
    "train.default.svc.cluster.local., A, 10.244.0.2 10.244.0.3",
    "train-workers-0-0.train.default.svc.cluster.local., A, 10.244.0.2",
    "10-244-0-3.train.default.svc.cluster.local., A, 10.244.0.3",
    "train-workers-9-9.train.default.svc.cluster.local., A, no such name",
    // An endpoint of a Service with a cluster IP has no name.
    "10-244-0-2.web.default.svc.cluster.local., A, no such name",
    // Ports by name and protocol.
    "_http._tcp.web.default.svc.cluster.local., SRV, 0 100 80 web.default.svc.cluster.local.",
    "_udp._udp.web.default.svc.cluster.local., SRV, no such name",
    "alias.default.svc.cluster.local., A, example.org.",
    "10-1-2-3.default.pod.cluster.local., A, 10.1.2.3",
    "20.0.96.10.in-addr.arpa., PTR, web.default.svc.cluster.local.",
    "2.0.244.10.in-addr.arpa., PTR, train-workers-0-0.train.default.svc.cluster.local.",
    // Names that only have names below them exist and are empty.
    "default.svc.cluster.local., A, empty",
    "svc.cluster.local., A, empty",
    "cluster.local., A, empty",
    "nothing.default.svc.cluster.local., A, no such name",
    "web.other.svc.cluster.local., A, no such name",
    "a.b.c.d.default.svc.cluster.local., A, no such name",
    "300-1-2-3.default.pod.cluster.local., A, no such name",
  })
  void answers(String name, String type, String expected) throws Exception {
    assertEquals(expected, answer(name, type));
  }

  private static String answer(String name, String type) throws Exception {
    return ZONE.resolve(Name.fromString(name), Type.value(type))
        .map(
            records ->
                records.isEmpty()
                    ? "empty"
                    : records.stream().map(r -> r.rdataToString()).collect(Collectors.joining(" ")))
        .orElse("no such name");
  }

  private static ClusterServices services() {
    var services = new TreeMap<String, Entry>();
    services.put(
        "default/web",
        new Entry(
            "default",
            "web",
            Addresses.ofCluster("10.96.0.20"),
            Optional.empty(),
            Traffic.ANYWHERE,
            List.of(new Port("http", "tcp", 80, 0)),
            List.of(
                new Endpoint(
                    "10.244.0.2", "", Readiness.READY, Place.HERE, Map.of("http", 8080)))));
    services.put(
        "default/train",
        new Entry(
            "default",
            "train",
            Addresses.NONE,
            Optional.empty(),
            Traffic.ANYWHERE,
            List.of(),
            List.of(
                new Endpoint(
                    "10.244.0.2", "train-workers-0-0", Readiness.READY, Place.HERE, Map.of()),
                new Endpoint("10.244.0.3", "", Readiness.READY, Place.HERE, Map.of()),
                new Endpoint("10.244.0.4", "late", Readiness.NOT_READY, Place.HERE, Map.of()))));
    services.put(
        "default/alias",
        new Entry(
            "default",
            "alias",
            Addresses.NONE,
            Optional.of("example.org"),
            Traffic.ANYWHERE,
            List.of(),
            List.of()));
    return new ClusterServices(services);
  }
}
