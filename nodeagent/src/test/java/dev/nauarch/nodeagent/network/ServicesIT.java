package dev.nauarch.nodeagent.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.PodIdentity;
import dev.nauarch.nodeagent.network.ClusterServices.Addresses;
import dev.nauarch.nodeagent.network.ClusterServices.Endpoint;
import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.ClusterServices.Place;
import dev.nauarch.nodeagent.network.ClusterServices.Port;
import dev.nauarch.nodeagent.network.ClusterServices.Readiness;
import dev.nauarch.nodeagent.network.ClusterServices.Traffic;
import dev.nauarch.nodeagent.network.HostPorts.HostPort;
import dev.nauarch.nodeagent.network.nft.Family;
import dev.nauarch.nodeagent.network.nft.Ruleset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Services with real packets: pods, and a machine outside of the cluster, as namespaces of this
 * test's own; needs root, {@code ip} and {@code nft}.
 */
class ServicesIT {
  private static final String ANSWER =
      "import socket,threading\n"
          + "name=socket.gethostname()\n"
          + "def udp():\n"
          + "  u=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); u.bind(('',8080))\n"
          + "  while True:\n"
          + "    d,a=u.recvfrom(99); u.sendto(a[0].encode(),a)\n"
          + "threading.Thread(target=udp,daemon=True).start()\n"
          + "s=socket.create_server(('',8080))\n"
          + "print('up',flush=True)\n"
          + "while True:\n"
          + "  c,a=s.accept(); c.sendall((c.getsockname()[0]+' '+a[0]).encode()); c.close()\n";
  private static final String ASK =
      "import socket,sys\n"
          + "c=socket.create_connection((sys.argv[1],int(sys.argv[2])),2)\n"
          + "print(c.recv(100).decode(),end='')\n";
  private static final String ASK_OFTEN =
      "import socket,sys\n"
          + "def ask():\n"
          + "  c=socket.create_connection((sys.argv[1],int(sys.argv[2])),2)\n"
          + "  return c.recv(100).decode().split()[0]\n"
          + "print(' '.join({ask() for _ in range(60)}),end='')\n";
  private static final String ASK_UDP =
      "import socket,sys\n"
          + "c=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); c.settimeout(2)\n"
          + "c.sendto(b'who',(sys.argv[1],int(sys.argv[2])))\n"
          + "print(c.recv(100).decode(),end='')\n";

  @TempDir Path directory;
  private final List<Process> processes = new ArrayList<>();
  private final String outside = "nau-out-" + ProcessHandle.current().pid();
  private final String net = "10." + (160 + ProcessHandle.current().pid() % 40);
  private final String nodeIp = net + ".255.1";
  private final String clientIp = net + ".255.2";
  private final TreeMap<String, Entry> services = new TreeMap<>();
  private NetworkOptions options;
  private RoutedNetwork network;
  private ServiceProxy proxy;

  @BeforeEach
  void open() throws IOException {
    options =
        new NetworkOptions(
            "services-" + ProcessHandle.current().pid(),
            net + ".0.0/17",
            net + ".3.0/24",
            net + ".128.0/18",
            "cluster.local",
            directory.resolve("addresses"));
    network = RoutedNetwork.open(options);
    proxy =
        new ServiceProxy(
            options.table(), List.of(options.podCidr()), List.of(options.serviceCidr()));
    var link = "nau-o" + ProcessHandle.current().pid() % 100_000;
    var host =
        """
        netns add %1$s
        link add %2$s type veth peer name eth0 netns %1$s
        link set %2$s up
        address add %3$s/30 dev %2$s
        """;
    Tool.run(host.formatted(outside, link, nodeIp), "ip", "-batch", "-");
    var client =
        """
        link set lo up
        address add %1$s/30 dev eth0
        link set eth0 up
        route add default via %2$s
        """;
    Tool.run(client.formatted(clientIp, nodeIp), "ip", "-n", outside, "-batch", "-");
  }

  @AfterEach
  void remove() throws Exception {
    for (var process : processes) {
      process.destroyForcibly().waitFor();
    }
    Tool.run("", "ip", "netns", "del", outside);
    RoutedNetwork.remove(options);
  }

  @Test
  void nodePortsAndBalancersAndExternalIpsLeadThereFromOutside() throws Exception {
    var pod = serve("one");
    var addresses =
        new Addresses(List.of(ip(20)), List.of(net + ".254.7"), List.of(net + ".254.8"));
    serve("web", addresses, Traffic.ANYWHERE, pod.endpoint());
    for (var at : List.of(nodeIp + " 30080", net + ".254.7 80", net + ".254.8 80")) {
      // The pod sees the node, through which its answer must go.
      assertEquals(pod.ip + " " + options.gateway(), ask(outside, at), at);
    }
    assertTrue(ask(pod.namespace, nodeIp + " 30080").startsWith(pod.ip));
    assertEquals(options.gateway(), in(outside, ASK_UDP, nodeIp, "30080"));
  }

  @Test
  void trafficThatStaysHereKeepsTheClientsAddressAndIsDroppedWhereNobodyServes() throws Exception {
    var pod = serve("one");
    var client = serve("two");
    var local = new Traffic(false, true, 0, List.of(), 0);
    serve("web", Addresses.ofCluster(ip(20)), local, pod.endpoint());
    assertEquals(pod.ip + " " + clientIp, ask(outside, nodeIp + " 30080"));
    assertEquals(clientIp, in(outside, ASK_UDP, nodeIp, "30080"));
    serve("web", Addresses.ofCluster(ip(20)), local, pod.endpoint(Place.ELSEWHERE));
    assertThrows(IOException.class, () -> ask(outside, nodeIp + " 30080"));
    // Those inside of the cluster go anywhere all the same.
    assertTrue(ask(client.namespace, nodeIp + " 30080").startsWith(pod.ip));
  }

  @Test
  void onlyTheSourcesOfABalancerMayUseIt() throws Exception {
    var pod = serve("one");
    var addresses = new Addresses(List.of(ip(20)), List.of(), List.of(net + ".254.8"));
    serve("web", addresses, sources(net + ".255.0/24", "192.0.2.0/24"), pod.endpoint());
    assertTrue(ask(outside, net + ".254.8 80").startsWith(pod.ip));
    serve("web", addresses, sources("192.0.2.0/24"), pod.endpoint());
    assertThrows(IOException.class, () -> ask(outside, net + ".254.8 80"));
    assertTrue(ask(outside, nodeIp + " 30080").startsWith(pod.ip));
  }

  @Test
  void aClientStaysWithTheEndpointThatItHadFirst() throws Exception {
    var one = serve("one");
    var two = serve("two");
    var sticky = new Traffic(false, false, 60, List.of(), 0);
    serve("web", Addresses.ofCluster(ip(20)), sticky, one.endpoint(), two.endpoint());
    var seen = new HashSet<String>();
    for (var i = 0; i < 6; i++) {
      seen.add(ask(outside, nodeIp + " 30080"));
    }
    assertEquals(1, seen.size(), seen::toString);
    var chosen = seen.iterator().next().startsWith(one.ip) ? one : two;
    var other = chosen.equals(one) ? two : one;
    serve("web", Addresses.ofCluster(ip(20)), sticky, other.endpoint());
    assertTrue(ask(outside, nodeIp + " 30080").startsWith(other.ip));
  }

  @Test
  void connectionsAreSpreadAndFollowChangesOfEndpoints() throws Exception {
    var pods = List.of(serve("one"), serve("two"), serve("three"));
    var all = pods.stream().map(Pod::endpoint).toArray(Endpoint[]::new);
    serve("web", Addresses.ofCluster(ip(20)), Traffic.ANYWHERE, all);
    assertEquals(3, askedOf(pods.get(0)).size());
    serve("web", Addresses.ofCluster(ip(20)), Traffic.ANYWHERE, all[0], all[2]);
    assertEquals(2, askedOf(pods.get(0)).size());
    serve("web", Addresses.ofCluster(ip(20)), Traffic.ANYWHERE);
    var error = assertThrows(IOException.class, () -> ask(outside, nodeIp + " 30080"));
    assertTrue(error.toString().contains("refused"), error.toString());
    var other = assertThrows(IOException.class, () -> ask(pods.get(0).namespace, ip(20) + " 81"));
    assertTrue(other.toString().contains("refused"), other.toString());
  }

  @Test
  void hostPortsLeadToTheirPods() throws Exception {
    var pod = serve("one");
    serve("web", Addresses.NONE, Traffic.ANYWHERE);
    proxy.accept(
        new HostPorts(
            List.of(
                new HostPort("", "tcp", 21_080, pod.ip, 8080),
                new HostPort(nodeIp, "udp", 21_081, pod.ip, 8080),
                new HostPort(net + ".254.9", "tcp", 21_082, pod.ip, 8080))));
    assertEquals(pod.ip + " " + clientIp, ask(outside, nodeIp + " 21080"));
    assertEquals(clientIp, in(outside, ASK_UDP, nodeIp, "21081"));
    assertThrows(IOException.class, () -> ask(outside, nodeIp + " 21082"));
  }

  @Test
  void aTableThatSomebodyElseChangedIsReplaced() throws Exception {
    var pod = serve("one");
    serve("web", Addresses.ofCluster(ip(20)), Traffic.ANYWHERE, pod.endpoint());
    Tool.run(Ruleset.removal(Family.IPV4, options.table()), "nft", "-f", "-");
    serve("other", Addresses.ofCluster(ip(21)), Traffic.ANYWHERE, pod.endpoint());
    assertTrue(ask(pod.namespace, ip(20) + " 80").startsWith(pod.ip));
    assertTrue(ask(pod.namespace, ip(21) + " 80").startsWith(pod.ip));
  }

  @Test
  void thousandsOfEndpointsAndTwoServicesWithOneNodePortHarmNobody() throws Exception {
    var pod = serve("one");
    var many = new ArrayList<Endpoint>();
    for (var i = 0; i < 10_000; i++) {
      var ip = "10.9." + i / 250 + "." + i % 250;
      many.add(new Endpoint(ip, "", Readiness.READY, Place.ELSEWHERE, Map.of("", 8080)));
    }
    serve("a-huge", Addresses.ofCluster(ip(22)), Traffic.ANYWHERE, many.toArray(Endpoint[]::new));
    serve("web", Addresses.ofCluster(ip(20)), Traffic.ANYWHERE, pod.endpoint());
    assertTrue(ask(pod.namespace, ip(20) + " 80").startsWith(pod.ip));
    many.removeFirst();
    serve("a-huge", Addresses.ofCluster(ip(22)), Traffic.ANYWHERE, many.toArray(Endpoint[]::new));
    services.remove("default/a-huge");
    proxy.accept(new ClusterServices(new TreeMap<>(services)));
    assertTrue(ask(outside, nodeIp + " 30080").startsWith(pod.ip));
  }

  /** A pod that serves. */
  private record Pod(String ip, String namespace) {
    Endpoint endpoint() {
      return endpoint(Place.HERE);
    }

    Endpoint endpoint(Place place) {
      return new Endpoint(ip, "", Readiness.READY, place, Map.of("", 8080));
    }
  }

  private Pod serve(String name) throws IOException {
    var address = network.attach(new PodIdentity("default", name, "uid-" + name));
    var namespace = address.namespace().orElseThrow().getFileName().toString();
    var process =
        new ProcessBuilder("ip", "netns", "exec", namespace, "python3", "-c", ANSWER).start();
    processes.add(process);
    assertEquals("up", process.inputReader().readLine());
    return new Pod(address.ip(), namespace);
  }

  private void serve(String name, Addresses addresses, Traffic traffic, Endpoint... endpoints) {
    var ports = List.of(new Port("", "tcp", 80, 30080), new Port("", "udp", 80, 30080));
    services.put(
        "default/" + name,
        new Entry(
            "default", name, addresses, Optional.empty(), traffic, ports, List.of(endpoints)));
    proxy.accept(new ClusterServices(new TreeMap<>(services)));
  }

  private static Traffic sources(String... ranges) {
    return new Traffic(false, false, 0, List.of(ranges), 0);
  }

  private Set<String> askedOf(Pod pod) throws IOException {
    return Set.of(in(pod.namespace, ASK_OFTEN, ip(20), "80").split(" ", -1));
  }

  private String ip(int host) {
    return net + ".128." + host;
  }

  private static String ask(String namespace, String target) throws IOException {
    var words = target.split(" ", -1);
    return in(namespace, ASK, words[0], words[1]);
  }

  private static String in(String namespace, String program, String ip, String port)
      throws IOException {
    return Tool.run("", "ip", "netns", "exec", namespace, "python3", "-c", program, ip, port);
  }
}
