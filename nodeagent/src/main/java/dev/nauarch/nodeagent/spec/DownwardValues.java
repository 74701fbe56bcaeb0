package dev.nauarch.nodeagent.spec;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a pod may learn about itself: the downward API. */
public final class DownwardValues {
  private static final Pattern KEYED =
      Pattern.compile("metadata\\.(labels|annotations)\\['([^']+)'\\]");

  private DownwardValues() {}

  /**
   * The value of a field, for example {@code metadata.name}.
   *
   * @throws IllegalArgumentException where a pod has no such field
   */
  public static String field(Pod pod, String path) {
    var metadata = pod.getMetadata();
    var keyed = KEYED.matcher(path);
    if (keyed.matches()) {
      var map = keyed.group(1).equals("labels") ? metadata.getLabels() : metadata.getAnnotations();
      return or(map == null ? null : map.get(keyed.group(2)));
    }
    var status = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
    return switch (path) {
      case "metadata.name" -> or(metadata.getName());
      case "metadata.namespace" -> or(metadata.getNamespace());
      case "metadata.uid" -> or(metadata.getUid());
      case "metadata.labels" -> lines(metadata.getLabels());
      case "metadata.annotations" -> lines(metadata.getAnnotations());
      case "spec.nodeName" -> or(pod.getSpec().getNodeName());
      case "spec.serviceAccountName" -> or(pod.getSpec().getServiceAccountName());
      case "status.podIP" -> or(status.getPodIP());
      case "status.podIPs" ->
          status.getPodIPs().stream().map(ip -> ip.getIp()).collect(Collectors.joining(","));
      case "status.hostIP" -> or(status.getHostIP());
      case "status.hostIPs" ->
          status.getHostIPs().stream().map(ip -> ip.getIp()).collect(Collectors.joining(","));
      default -> throw new IllegalArgumentException("the field " + path + " can't be read");
    };
  }

  private static String or(@Nullable String value) {
    return value == null ? "" : value;
  }

  private static String lines(@Nullable Map<String, String> map) {
    var sorted = new TreeMap<>(map == null ? new TreeMap<String, String>() : map);
    return sorted.entrySet().stream()
        .map(e -> e.getKey() + "=\"" + escaped(e.getValue()) + "\"")
        .collect(Collectors.joining("\n"));
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  /**
   * The amount of a container's resource, in whole units of the divisor, rounded up.
   *
   * @param container whose, where the selector does not say
   * @throws IllegalArgumentException where there is no such container or resource
   */
  public static String resource(Pod pod, ResourceFieldSelector selector, String container) {
    var name = selector.getContainerName() == null ? container : selector.getContainerName();
    var owner =
        Stream.concat(
                pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream())
            .filter(each -> each.getName().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("there is no container " + name));
    var resource = selector.getResource();
    var dot = resource.indexOf('.');
    if (dot < 0) {
      throw new IllegalArgumentException("the resource " + resource + " can't be read");
    }
    var amount = amount(owner, resource.substring(0, dot), resource.substring(dot + 1));
    var divisor =
        selector.getDivisor() == null
            ? BigDecimal.ZERO
            : Quantity.getAmountInBytes(selector.getDivisor());
    var unit = divisor.signum() == 0 ? BigDecimal.ONE : divisor;
    return amount.divide(unit, 0, RoundingMode.CEILING).toPlainString();
  }

  private static BigDecimal amount(Container owner, String list, String name) {
    var resources = owner.getResources();
    var limits = resources == null ? null : resources.getLimits();
    var requests = resources == null ? null : resources.getRequests();
    var quantities = list.equals("limits") ? limits : requests;
    var quantity = quantities == null ? null : quantities.get(name);
    if (quantity != null) {
      return Quantity.getAmountInBytes(quantity);
    }
    // Without a limit a container may use the whole node.
    if (list.equals("limits") && name.equals("cpu")) {
      return BigDecimal.valueOf(Runtime.getRuntime().availableProcessors());
    }
    return BigDecimal.ZERO;
  }
}
