package dev.nauarch.apiserver.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.port.Credentials;
import dev.nauarch.apiserver.port.Headers;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.request.Body;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is told of the accelerators of simulated nodes. */
class DeviceMetricsTest {

  private static final String SLICES = "resourceslices";
  private static final String GROUP = "resource.k8s.io";

  private final MemoryView view = new MemoryView();
  private final Map<String, Integer> readsBySlice = new TreeMap<>();

  DeviceMetricsTest() {
    view.put(
        GROUP,
        SLICES,
        MemoryView.tree(
            "{'metadata':{'name':'n-gpu.nvidia.com'},'spec':{'devices':["
                + device(0)
                + ","
                + device(1)
                + "]}}"));
  }

  private static String device(int index) {
    return ("{'name':'gpu-%1$d','attributes':{'uuid':{'string':'GPU-%1$d'},'index':{'int':%1$d},"
            + "'productName':{'string':'NVIDIA H100 80GB HBM3'}},"
            + "'capacity':{'memory':{'value':'80Gi'}}}")
        .formatted(index);
  }

  private void pod(String name, String annotations, String spec, String status) {
    view.put(
        "",
        "pods",
        MemoryView.tree(
            ("{'metadata':{'namespace':'team','name':'%s','annotations':{%s}},"
                    + "'spec':{'nodeName':'n',%s},'status':{%s}}")
                .formatted(name, annotations, spec, status)));
  }

  private static String running(String more) {
    return "'containerStatuses':[{'name':'main','state':{'running':{}}%s}]".formatted(more);
  }

  private static String with(int... devices) {
    var text = new StringBuilder();
    for (var index : devices) {
      text.append(text.isEmpty() ? "" : ",").append("{'resourceID':'GPU-" + index + "'}");
    }
    return ",'allocatedResourcesStatus':[{'name':'nvidia.com/gpu','resources':[" + text + "]}]";
  }

  private List<String> readings() {
    return new DeviceUsage(view)
        .of("n").stream()
            .map(
                reading ->
                    "%s | %s %d %d"
                        .formatted(
                            reading
                                .labels()
                                .replace("modelName=\"NVIDIA H100 80GB HBM3\",", "")
                                .replace(",nauarch_dev_simulated=\"true\"", "")
                                .replace('"', '\''),
                            reading.busy(),
                            reading.usedMebibytes(),
                            reading.freeMebibytes()))
            .toList();
  }

  private static String idle(int index) {
    return "gpu='%1$d',UUID='GPU-%1$d',device='nvidia%1$d',Hostname='n' | 0 0 81920"
        .formatted(index);
  }

  @Test
  void aDeviceThatNobodyHasIsIdle() {
    assertEquals(List.of(idle(0), idle(1)), readings());
    assertEquals(List.of(), new DeviceUsage(view).of("without"));
  }

  @Test
  void aPodUsesWhatIsSaidOfEachDeviceThatItHas() {
    pod(
        "train",
        "'nauarch.dev/gpu-usage':'80.5','nauarch.dev/gpu-memory-usage':'40Gi'",
        "'containers':[{'name':'main'}]",
        running(with(1)));
    assertEquals(
        List.of(
            idle(0),
            "gpu='1',UUID='GPU-1',device='nvidia1',Hostname='n',"
                + "container='main',namespace='team',pod='train' | 80.5 40960 40960"),
        readings());
  }

  @Test
  void whatHasEndedOrIsNonsenseUsesNothing() {
    pod(
        "over",
        "'nauarch.dev/gpu-usage':'80'",
        "'containers':[{'name':'main'}]",
        "'containerStatuses':[{'name':'main','state':{'terminated':{}}" + with(0) + "}]");
    pod(
        "odd",
        "'nauarch.dev/gpu-usage':'much','nauarch.dev/gpu-memory-usage':'999Gi'",
        "'containers':[{'name':'main'}]",
        running(with(1)));
    var readings = readings();
    assertEquals(idle(0), readings.getFirst());
    assertTrue(readings.getLast().endsWith("pod='odd' | 0 81920 0"), readings::toString);
  }

  @Test
  void aClaimLeadsToItsDevices() {
    view.put(
        GROUP,
        "resourceclaims",
        MemoryView.tree(
            "{'metadata':{'namespace':'team','name':'made'},'status':{'allocation':{'devices':"
                + "{'results':[{'request':'a/small','driver':'gpu.nvidia.com','pool':'n',"
                + "'device':'gpu-0'},{'request':'b','driver':'gpu.nvidia.com','pool':'n',"
                + "'device':'gpu-1'},{'request':'a','driver':'other.example','pool':'n',"
                + "'device':'gpu-1'}]}}}}"));
    pod(
        "claims",
        "'nauarch.dev/staged-usage':'{\\u0022main\\u0022:{\\u0022gpu\\u0022:\\u002250\\u0022}}'",
        "'resourceClaims':[{'name':'mine','resourceClaimTemplateName':'t'}],'containers':"
            + "[{'name':'main','resources':{'claims':[{'name':'mine','request':'a'}]}}]",
        "'resourceClaimStatuses':[{'name':'mine','resourceClaimName':'made'}]," + running(""));
    assertEquals(
        List.of(
            "gpu='0',UUID='GPU-0',device='nvidia0',Hostname='n',container='main',"
                + "namespace='team',pod='claims',dra_claim_name='made',dra_claim_namespace='team',"
                + "dra_driver_name='gpu.nvidia.com',dra_pool_name='n',dra_device_name='gpu-0'"
                + " | 50 0 81920",
            idle(1)),
        readings());
  }

  @Test
  void whoSharesADeviceUsesItsOwnPart() {
    for (var name : List.of("a", "b")) {
      pod(
          name,
          "'nauarch.dev/gpu-usage':'30','nauarch.dev/gpu-memory-usage.main':'30Gi'",
          "'containers':[{'name':'main'}]",
          running(with(0)));
    }
    var readings = readings();
    assertTrue(readings.get(0).endsWith("pod='a' | 30 30720 20480"), readings::toString);
    assertTrue(readings.get(1).endsWith("pod='b' | 30 30720 20480"), readings::toString);
    assertEquals(3, readings.size());
  }

  /** The view, which counts how often a slice is read. */
  private ObjectView counting() {
    return (ObjectView)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ObjectView.class},
            (proxy, method, words) -> {
              if (method.getName().equals("find") && words[1].equals(SLICES)) {
                readsBySlice.merge(String.valueOf(words[3]), 1, Integer::sum);
              }
              return method.invoke(view, words);
            });
  }

  private static String page(DeviceMetrics metrics) throws Exception {
    var request =
        new Request(
            "GET",
            DeviceMetrics.PATH,
            "",
            Headers.NONE,
            Body.NONE,
            new Credentials(List.of(), ""),
            "127.0.0.1");
    var answer = assertInstanceOf(Response.Streamed.class, metrics.page(request).orElseThrow());
    var text = new StringBuilder();
    answer
        .writer()
        .write(
            (bytes, offset, length) ->
                text.append(new String(bytes, offset, length, StandardCharsets.UTF_8)));
    return text.toString();
  }

  @Test
  void eachNodeIsReckonedOnceAndTheLinesOfAMetricStandTogether() throws Exception {
    for (var name : List.of("a", "b")) {
      view.put(
          "",
          "nodes",
          MemoryView.tree(
              "{'metadata':{'name':'%s','labels':{'nauarch.dev/simulated':'true'}}}"
                  .formatted(name)));
      view.put(
          GROUP,
          SLICES,
          MemoryView.tree(
              "{'metadata':{'name':'%s-gpu.nvidia.com'},'spec':{'devices':[%s]}}"
                  .formatted(name, device(0))));
    }
    var page = page(new DeviceMetrics(counting()));
    assertEquals(Map.of("a-gpu.nvidia.com", 1, "b-gpu.nvidia.com", 1), readsBySlice);
    var order =
        page.lines()
            .map(line -> line.startsWith("#") ? line.split(" ", -1)[1] : host(line))
            .toList();
    assertEquals(
        "[HELP, TYPE, a, b, HELP, TYPE, a, b, HELP, TYPE, a, b, HELP, TYPE, a, b]",
        order.toString());
  }

  private static String host(String line) {
    return line.replaceAll(".*Hostname=\"([^\"]*)\".*", "$1");
  }
}
