package dev.nauarch.nodeagent.network.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.nodeagent.PodIdentity;
import dev.nauarch.nodeagent.network.NetworkOptions;
import dev.nauarch.nodeagent.network.RoutedNetwork;
import dev.nauarch.nodeagent.network.Tool;
import dev.nauarch.nodeagent.network.policy.PolicyPod.NamedPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Policies with real packets between three pods, after upstream's table of cases: {@code a} and
 * {@code b} in namespace {@code x}, {@code c} in {@code y}; needs root, {@code ip} and {@code nft}.
 */
class PoliciesIT {
  private static final String ANSWER =
      "import socket,threading\n"
          + "def serve(p):\n"
          + "  s=socket.create_server(('',p))\n"
          + "  if p==81: print('up',flush=True)\n"
          + "  while True:\n"
          + "    c,a=s.accept(); c.close()\n"
          + "threading.Thread(target=serve,args=(80,),daemon=True).start()\n"
          + "serve(81)\n";

  /** Prints which of {@code ip:port} can be reached, in order, all asked at once. */
  private static final String PROBE =
      "import socket,sys\n"
          + "from concurrent.futures import ThreadPoolExecutor as T\n"
          + "def ask(t):\n"
          + "  h,p=t.split(':')\n"
          + "  try: socket.create_connection((h,int(p)),0.7).close(); return t\n"
          + "  except OSError: return ''\n"
          + "print(' '.join(filter(None,T(9).map(ask,sys.argv[1:]))),end='')\n";

  @TempDir Path directory;
  private final List<Process> processes = new ArrayList<>();
  private final Map<String, PolicyPod> pods = new TreeMap<>();
  private final Map<String, String> namespaces = new TreeMap<>();
  private NetworkOptions options;
  private RoutedNetwork network;
  private PolicyEnforcer enforcer;

  @BeforeEach
  void open() throws Exception {
    var net = "10." + (120 + ProcessHandle.current().pid() % 30);
    options =
        new NetworkOptions(
            "policies-" + ProcessHandle.current().pid(),
            net + ".0.0/17",
            net + ".3.0/24",
            net + ".128.0/18",
            "cluster.local",
            directory.resolve("addresses"));
    network = RoutedNetwork.open(options);
    enforcer = new PolicyEnforcer(NetworkOptions.policyTable(options.table()));
    start("x", "a");
    start("x", "b");
    start("y", "c");
  }

  @AfterEach
  void remove() throws Exception {
    for (var process : processes) {
      process.destroyForcibly().waitFor();
    }
    RoutedNetwork.remove(options);
    assertFalse(Tool.run("", "nft", "list", "tables").contains(options.table()));
  }

  @Test
  void aPolicyWithoutRulesLetsNobodyInButTheNode() throws Exception {
    enforce("{\"podSelector\":{\"matchLabels\":{\"pod\":\"a\"}},\"policyTypes\":[\"Ingress\"]}");
    assertEquals("b:80 b:81", reach("c", "a:80", "b:80", "b:81"));
    assertEquals("b:80 c:80", reach("a", "a:80", "b:80", "c:80").replace("a:80 ", ""));
    assertEquals("a:80", reach("a", "a:80"));
    try (var probe = new Socket()) {
      probe.connect(new InetSocketAddress(ip("a"), 80), 2000);
      assertTrue(probe.isConnected());
    }
    enforce();
    assertEquals("a:80", reach("c", "a:80"));
  }

  @Test
  void peersAreFoundByPodsAndNamespacesAndBoth() throws Exception {
    ingress("{\"from\":[{\"podSelector\":{\"matchLabels\":{\"pod\":\"b\"}}}]}");
    assertEquals("a:80", reach("b", "a:80"));
    assertEquals("", reach("c", "a:80"));
    ingress("{\"from\":[{\"namespaceSelector\":{\"matchLabels\":{\"ns\":\"y\"}}}]}");
    assertEquals("", reach("b", "a:80"));
    assertEquals("a:80", reach("c", "a:80"));
    ingress(
        "{\"from\":[{\"namespaceSelector\":{},\"podSelector\":{\"matchExpressions\":"
            + "[{\"key\":\"pod\",\"operator\":\"NotIn\",\"values\":[\"c\"]}]}}]}");
    assertEquals("a:80", reach("b", "a:80"));
    assertEquals("", reach("c", "a:80"));
  }

  @Test
  void blocksHaveExceptions() throws Exception {
    var b = ip("b");
    ingress("{\"from\":[{\"ipBlock\":{\"cidr\":\"0.0.0.0/0\",\"except\":[\"" + b + "/32\"]}}]}");
    assertEquals("", reach("b", "a:80"));
    assertEquals("a:80", reach("c", "a:80"));
    ingress("{\"from\":[{\"ipBlock\":{\"cidr\":\"" + b + "/32\"}}]}");
    assertEquals("a:80", reach("b", "a:80"));
    assertEquals("", reach("c", "a:80"));
  }

  @Test
  void portsAreNumbersNamesAndRanges() throws Exception {
    ingress("{\"ports\":[{\"port\":81}]}");
    assertEquals("a:81", reach("c", "a:80", "a:81"));
    ingress("{\"ports\":[{\"port\":\"web\"}]}");
    assertEquals("a:80", reach("c", "a:80", "a:81"));
    ingress("{\"ports\":[{\"port\":79,\"endPort\":81}]}");
    assertEquals("a:80 a:81", reach("c", "a:80", "a:81"));
    ingress("{\"ports\":[{\"port\":80,\"protocol\":\"UDP\"}]}");
    assertEquals("", reach("c", "a:80", "a:81"));
  }

  @Test
  void whatPodsSendIsHeldBackAndRepliesPass() throws Exception {
    enforce(
        "{\"podSelector\":{\"matchLabels\":{\"pod\":\"a\"}},\"policyTypes\":[\"Egress\"],\"egress\":"
            + "[{\"to\":[{\"podSelector\":{}}],\"ports\":[{\"port\":\"web\"}]}]}");
    assertEquals("b:80", reach("a", "b:80", "b:81", "c:80"));
    assertEquals("a:80", reach("c", "a:80"));
    // Both sides must agree.
    enforce(
        "{\"podSelector\":{\"matchLabels\":{\"pod\":\"a\"}},\"policyTypes\":[\"Egress\"],\"egress\":[{}]}",
        "{\"podSelector\":{\"matchLabels\":{\"pod\":\"b\"}},\"policyTypes\":[\"Ingress\"]}");
    assertEquals("c:80", reach("a", "b:80", "c:80"));
    // Policies add up.
    enforce(
        "{\"podSelector\":{},\"policyTypes\":[\"Ingress\"]}",
        "{\"podSelector\":{\"matchLabels\":{\"pod\":\"b\"}},\"ingress\":[{}],\"policyTypes\":[\"Ingress\"]}");
    assertEquals("b:80", reach("c", "a:80", "b:80"));
  }

  private void start(String namespace, String name) throws IOException {
    var address = network.attach(new PodIdentity(namespace, name, "uid-" + name));
    var place = address.namespace().orElseThrow().getFileName().toString();
    namespaces.put(name, place);
    var process = new ProcessBuilder("ip", "netns", "exec", place, "python3", "-c", ANSWER).start();
    processes.add(process);
    assertEquals("up", process.inputReader().readLine());
    var labels = new TreeMap<>(Map.of("pod", name));
    var ports = List.of(new NamedPort("web", "tcp", 80));
    pods.put(
        name, new PolicyPod(namespace, "uid-" + name, labels, List.of(address.ip()), true, ports));
  }

  private String ip(String pod) {
    return Objects.requireNonNull(pods.get(pod)).ips().getFirst();
  }

  private void ingress(String rule) throws IOException {
    enforce(
        "{\"podSelector\":{\"matchLabels\":{\"pod\":\"a\"}},\"policyTypes\":[\"Ingress\"],\"ingress\":["
            + rule
            + "]}");
  }

  private void enforce(String... specs) throws IOException {
    var policies = new ArrayList<NetworkPolicy>();
    for (var spec : specs) {
      var name = "p" + policies.size();
      var json =
          "{\"metadata\":{\"namespace\":\"x\",\"name\":\"" + name + "\"},\"spec\":" + spec + "}";
      policies.add(ModelCodec.decode(json.getBytes(StandardCharsets.UTF_8), NetworkPolicy.class));
    }
    var labels = new TreeMap<String, SortedMap<String, String>>();
    labels.put("x", new TreeMap<>(Map.of("ns", "x")));
    labels.put("y", new TreeMap<>(Map.of("ns", "y")));
    enforcer.enforce(new PolicyWorld(policies, List.copyOf(pods.values()), labels), Map.of());
  }

  /** Which of {@code pod:port} a pod reaches. */
  private String reach(String from, String... targets) throws IOException {
    var words =
        new ArrayList<>(
            List.of(
                "ip", "netns", "exec", namespaces.getOrDefault(from, ""), "python3", "-c", PROBE));
    for (var target : targets) {
      var parts = target.split(":", -1);
      words.add(ip(parts[0]) + ":" + parts[1]);
    }
    var seen = Tool.run("", words.toArray(String[]::new));
    for (var pod : pods.entrySet()) {
      seen = seen.replace(pod.getValue().ips().getFirst() + ":", pod.getKey() + ":");
    }
    return seen;
  }
}
