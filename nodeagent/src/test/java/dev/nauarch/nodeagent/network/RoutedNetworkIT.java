package dev.nauarch.nodeagent.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.PodAddress;
import dev.nauarch.nodeagent.PodIdentity;
import dev.nauarch.nodeagent.dns.DnsServer;
import dev.nauarch.nodeagent.network.ClusterServices.Addresses;
import dev.nauarch.nodeagent.network.ClusterServices.Endpoint;
import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.ClusterServices.Place;
import dev.nauarch.nodeagent.network.ClusterServices.Port;
import dev.nauarch.nodeagent.network.ClusterServices.Readiness;
import dev.nauarch.nodeagent.network.ClusterServices.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods in namespaces of this test's own; needs root, {@code ip} and {@code nft}. */
class RoutedNetworkIT {
  private static final String PYTHON_ECHO =
      "import socket\n"
          + "s=socket.create_server(('',8080))\n"
          + "print('up',flush=True)\n"
          + "while True:\n"
          + "  c,a=s.accept(); c.sendall((socket.gethostname()+' '+a[0]).encode()); c.close()\n";
  private static final String PYTHON_ASK =
      "import socket,sys\n"
          + "c=socket.create_connection((sys.argv[1],int(sys.argv[2])),3)\n"
          + "print(c.recv(100).decode(),end='')\n";

  @TempDir Path directory;
  private NetworkOptions options;
  private RoutedNetwork network;
  private final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    // A range of its own, so that clusters on this machine and other runs are not disturbed.
    var net = "10." + (200 + ProcessHandle.current().pid() % 40);
    options =
        new NetworkOptions(
            "it-" + ProcessHandle.current().pid(),
            net + ".0.0/17",
            net + ".3.0/24",
            net + ".128.0/17",
            "cluster.local",
            directory.resolve("addresses"));
    network = RoutedNetwork.open(options);
  }

  @AfterEach
  void remove() throws Exception {
    for (var process : processes) {
      process.destroyForcibly().waitFor();
    }
    RoutedNetwork.remove(options);
    assertFalse(Files.exists(Path.of("/sys/class/net", options.gatewayInterface())));
  }

  @Test
  void podsReachEachOtherAndThemselvesByAddressAndByClusterIp() throws Exception {
    var one = attach("one");
    var two = attach("two");
    serve(one);
    serve(two);
    assertTrue(ask(two, ip(one), 8080).endsWith(ip(two)));
    proxy().accept(services(serviceIp(20), ip(one)));
    assertTrue(ask(two, serviceIp(20), 80).endsWith(ip(two)));
    // Through its own Service a pod's connection comes from the node, or its answer would get lost.
    assertTrue(ask(one, serviceIp(20), 80).endsWith(options.gateway()));
    try (var host = new Socket(serviceIp(20), 80)) {
      assertFalse(host.getInputStream().readAllBytes().length == 0);
    }
  }

  @Test
  void clusterIpWithoutEndpointsRefusesAtOnce() throws Exception {
    var pod = attach("one");
    proxy().accept(services(serviceIp(21)));
    var error = assertThrows(IOException.class, () -> ask(pod, serviceIp(21), 80));
    assertTrue(error.toString().contains("refused"), error.toString());
  }

  @Test
  void podsReachTheNodesOwnAddressAndItsNameServer() throws Exception {
    var pod = attach("one");
    try (var server = new ServerSocket(0, 8, InetAddress.getByName(options.gateway()))) {
      Thread.ofVirtual().start(() -> greet(server));
      assertEquals("hello", ask(pod, options.gateway(), server.getLocalPort()));
    }
    var listen = new InetSocketAddress(options.gateway(), 53);
    try (var dns = DnsServer.start(listen, "cluster.local", List.of())) {
      dns.accept(services(serviceIp(20), ip(pod)));
      var etc = Path.of("/etc/netns", pod.namespace().orElseThrow().getFileName().toString());
      Files.createDirectories(etc);
      try {
        Files.writeString(
            etc.resolve("resolv.conf"),
            "nameserver " + options.gateway() + "\nsearch default.svc.cluster.local\n");
        var found =
            in(pod, "python3", "-c", "import socket;print(socket.gethostbyname('web'),end='')");
        assertEquals(serviceIp(20), found);
      } finally {
        Files.delete(etc.resolve("resolv.conf"));
        Files.delete(etc);
      }
    }
  }

  @Test
  void anAttachedPodKeepsItsAddressAndADetachedOneGivesItBack() throws Exception {
    var pod = new PodIdentity("default", "one", "uid-one");
    var first = network.attach(pod);
    assertEquals(first, RoutedNetwork.open(options).attach(pod));
    network.retain(List.of());
    assertFalse(Files.exists(first.namespace().orElseThrow()));
    assertEquals(first.ip(), network.attach(new PodIdentity("default", "two", "uid-2")).ip());
  }

  @Test
  void aRangeThatAnotherClusterTookIsLeftToIt() {
    var other =
        new NetworkOptions(
            "other-" + ProcessHandle.current().pid(),
            options.podCidr(),
            options.nodeCidr(),
            options.serviceCidr(),
            "cluster.local",
            directory.resolve("other"));
    var error = assertThrows(IOException.class, () -> RoutedNetwork.open(other));
    assertTrue(error.toString().contains(options.directory().toString()), error::toString);
    assertFalse(Files.exists(Path.of("/sys/class/net", other.gatewayInterface())));
  }

  @Test
  void whatAClusterLeftWhoseDirectoryIsGoneIsTakenAway() throws Exception {
    var pod = attach("one");
    RoutedNetwork.removeAbandoned();
    assertTrue(Files.exists(pod.namespace().orElseThrow()));
    try (var files = Files.newDirectoryStream(options.directory())) {
      for (var file : files) {
        Files.delete(file);
      }
    }
    Files.delete(options.directory());
    RoutedNetwork.removeAbandoned();
    assertFalse(Files.exists(pod.namespace().orElseThrow()));
    assertFalse(RoutedNetwork.all().containsKey(options.gatewayInterface()));
  }

  private PodAddress attach(String name) throws IOException {
    return network.attach(new PodIdentity("default", name, "uid-" + name));
  }

  private static String ip(PodAddress pod) {
    return pod.ip();
  }

  private ServiceProxy proxy() {
    return new ServiceProxy(
        options.table(), List.of(options.podCidr()), List.of(options.serviceCidr()));
  }

  private String serviceIp(int host) {
    return options.serviceCidr().replace("0/17", Integer.toString(host));
  }

  private void serve(PodAddress pod) throws IOException {
    var name = pod.namespace().orElseThrow().getFileName().toString();
    var process =
        new ProcessBuilder("ip", "netns", "exec", name, "python3", "-c", PYTHON_ECHO).start();
    processes.add(process);
    assertEquals("up", process.inputReader().readLine());
  }

  private static String ask(PodAddress pod, String address, int port) throws IOException {
    return in(pod, "python3", "-c", PYTHON_ASK, address, Integer.toString(port));
  }

  private static String in(PodAddress pod, String... words) throws IOException {
    var name = pod.namespace().orElseThrow().getFileName().toString();
    var all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(List.of(words));
    return Tool.run("", all.toArray(String[]::new));
  }

  private static void greet(ServerSocket server) {
    try (var socket = server.accept()) {
      socket.getOutputStream().write("hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static ClusterServices services(String clusterIp, String... endpoints) {
    var list = new ArrayList<Endpoint>();
    for (var endpoint : endpoints) {
      list.add(new Endpoint(endpoint, "", Readiness.READY, Place.HERE, Map.of("", 8080)));
    }
    var services = new TreeMap<String, Entry>();
    services.put(
        "default/web",
        new Entry(
            "default",
            "web",
            Addresses.ofCluster(clusterIp),
            Optional.empty(),
            Traffic.ANYWHERE,
            List.of(new Port("", "tcp", 80, 0)),
            list));
    return new ClusterServices(services);
  }
}
