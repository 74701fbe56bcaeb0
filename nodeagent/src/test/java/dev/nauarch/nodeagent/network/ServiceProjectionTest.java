package dev.nauarch.nodeagent.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.nodeagent.network.ClusterServices.Addresses;
import dev.nauarch.nodeagent.network.ClusterServices.Endpoint;
import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.ClusterServices.Port;
import dev.nauarch.nodeagent.network.ClusterServices.Traffic;
import dev.nauarch.nodeagent.network.nft.Family;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ServiceProjectionTest {
  private static final Port PORT = new Port("", "tcp", 80, 30080);
  private final ServiceIndex index = new ServiceIndex("here");

  @Test
  void aServiceSaysWhereItIsFoundAndByWhom() {
    index.put(
        service(
            """
            "type":"LoadBalancer","clusterIP":"10.96.0.20",
            "clusterIPs":["10.96.0.20","fd00::14"],"internalTrafficPolicy":"Local",
            "externalTrafficPolicy":"Local","healthCheckNodePort":30999,
            "externalIPs":["192.0.2.7","nonsense"],"sessionAffinity":"ClientIP",
            "sessionAffinityConfig":{"clientIP":{"timeoutSeconds":60}},
            "loadBalancerSourceRanges":[" 192.0.2.0/24 "]},
            "status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.8"},
              {"ip":"192.0.2.9","ipMode":"Proxy"},{"hostname":"example.org"}]}
            """));
    assertEquals(
        new Addresses(
            List.of("10.96.0.20", "fd00:0:0:0:0:0:0:14"),
            List.of("192.0.2.7"),
            List.of("192.0.2.8")),
        entry().addresses());
    assertEquals(new Traffic(true, true, 60, List.of("192.0.2.0/24"), 30999), entry().traffic());
    assertEquals(List.of(PORT), entry().ports());
  }

  @Test
  void anAliasAndAHeadlessServiceHaveNoAddresses() {
    index.put(service("\"type\":\"ExternalName\",\"externalName\":\"example.org\""));
    assertEquals(Addresses.NONE, entry().addresses());
    index.put(service("\"clusterIP\":\"None\",\"clusterIPs\":[\"None\"]"));
    assertTrue(entry().isHeadless());
  }

  @Test
  void endingEndpointsServeWhereNobodyIsReady() {
    index.put(service("\"clusterIP\":\"10.96.0.20\""));
    var ending = "'conditions':{'ready':false,'serving':true,'terminating':true}";
    index.put(slice(at("10.244.0.3", "here", ending), at("10.244.0.4", "here", gone())));
    assertEquals("10.244.0.3", anywhere());
    index.put(slice(at("10.244.0.3", "here", ending), at("10.244.0.2", "there", ready())));
    assertEquals("10.244.0.2", anywhere());
    assertEquals("10.244.0.3", here());
    index.put(slice(at("10.244.0.4", "here", gone())));
    assertEquals("", anywhere());
  }

  @Test
  void hintsCountWhereAllReadyOnesHaveThemAndOneIsForThisNodeOrItsZone() {
    index.put(service("\"clusterIP\":\"10.96.0.20\""));
    index.zone("z1");
    index.put(slice(hinted("10.244.0.2", "z1", "there"), hinted("10.244.0.3", "z2", "here")));
    assertEquals("10.244.0.3", anywhere());
    index.put(slice(hinted("10.244.0.2", "z1", "there"), hinted("10.244.0.3", "z2", "there")));
    assertEquals("10.244.0.2", anywhere());
    index.zone("z3");
    assertEquals("10.244.0.2 10.244.0.3", anywhere());
    index.zone("z1");
    index.put(slice(hinted("10.244.0.2", "z1", "there"), at("10.244.0.3", "here", ready())));
    assertEquals("10.244.0.2 10.244.0.3", anywhere());
  }

  @Test
  void onlyWhatChangedIsAnotherEntry() {
    index.put(service("\"clusterIP\":\"10.96.0.20\""));
    var before = entry();
    index.put(service("\"clusterIP\":\"10.96.0.20\""));
    assertSame(before, entry());
    var slice = slice(at("10.244.0.2", "here", ready()));
    index.put(slice);
    assertNotSame(before, entry());
    index.remove(slice);
    assertEquals(before, entry());
    index.remove(service("\"clusterIP\":\"10.96.0.20\""));
    assertTrue(index.services().servicesByKey().isEmpty());
  }

  private Entry entry() {
    return Objects.requireNonNull(index.services().servicesByKey().get("default/web"));
  }

  private String anywhere() {
    return text(entry().anywhere(PORT, Family.IPV4));
  }

  private String here() {
    return text(entry().here(PORT, Family.IPV4));
  }

  private static String text(List<Endpoint> endpoints) {
    return String.join(" ", endpoints.stream().map(Endpoint::address).toList());
  }

  private static String ready() {
    return "'conditions':{'ready':true}";
  }

  private static String gone() {
    return "'conditions':{'ready':false,'serving':false,'terminating':true}";
  }

  private static String at(String ip, String node, String more) {
    return "{'addresses':['" + ip + "'],'nodeName':'" + node + "'," + more + "}";
  }

  private static String hinted(String ip, String zone, String node) {
    var hints = "{'forZones':[{'name':'" + zone + "'}],'forNodes':[{'name':'" + node + "'}]}";
    return at(ip, "there", "'hints':" + hints);
  }

  private static Service service(String spec) {
    return decode(
        "{'metadata':{'namespace':'default','name':'web'},'spec':{'ports':[{'port':80,"
            + "'nodePort':30080}],"
            + spec
            + "}}",
        Service.class);
  }

  private static EndpointSlice slice(String... endpoints) {
    return decode(
        "{'metadata':{'namespace':'default','name':'web-1',"
            + "'labels':{'kubernetes.io/service-name':'web'}},'addressType':'IPv4',"
            + "'ports':[{'port':8080}],'endpoints':["
            + String.join(",", endpoints)
            + "]}",
        EndpointSlice.class);
  }

  private static <T> T decode(String json, Class<T> type) {
    return ModelCodec.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), type);
  }
}
