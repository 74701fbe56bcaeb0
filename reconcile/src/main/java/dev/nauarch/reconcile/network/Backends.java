package dev.nauarch.reconcile.network;

import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Selectors;
import dev.nauarch.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The pods behind a Service, and the ports that they serve it on. */
final class Backends {

  static final String HEADLESS_LABEL = "service.kubernetes.io/headless";

  /**
   * A port as a pod serves it.
   *
   * @param name the Service's name for it; empty for a single nameless one
   * @param number where the pod listens
   * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
   * @param appProtocol what is spoken there; empty where that is not told
   */
  record Port(String name, int number, String protocol, String appProtocol) {}

  private Backends() {}

  /** Whether this Service's pods are found by a selector here, not written by others. */
  static boolean isSelecting(Service service) {
    var selector = service.getSpec().getSelector();
    return selector != null
        && !selector.isEmpty()
        && !"ExternalName".equals(service.getSpec().getType());
  }

  static boolean isHeadless(Service service) {
    return "None".equals(service.getSpec().getClusterIP());
  }

  static boolean publishesNotReady(Service service) {
    return Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses());
  }

  /** The pods that have an address and are not over. */
  static List<Pod> pods(Service service, Snapshot world) {
    return world.list(Resources.PODS, service.getMetadata().getNamespace()).stream()
        .filter(pod -> Selectors.matches(service.getSpec().getSelector(), pod))
        .filter(pod -> !Pods.hasEnded(pod))
        .filter(pod -> !address(pod).isEmpty())
        .toList();
  }

  static String address(Pod pod) {
    var status = pod.getStatus();
    return status == null || status.getPodIP() == null ? "" : status.getPodIP();
  }

  /** The name under which DNS knows a pod of this Service; empty for none. */
  static String hostname(Service service, Pod pod) {
    var hostname = pod.getSpec().getHostname();
    var subdomain = pod.getSpec().getSubdomain();
    return hostname != null && service.getMetadata().getName().equals(subdomain) ? hostname : "";
  }

  /** The Service's ports as this pod serves them; a named one that the pod lacks is left out. */
  static List<Port> ports(Service service, Pod pod) {
    var ports = new ArrayList<Port>();
    for (var port : service.getSpec().getPorts()) {
      number(port, pod)
          .ifPresent(
              number ->
                  ports.add(
                      new Port(
                          port.getName() == null ? "" : port.getName(),
                          number,
                          port.getProtocol() == null ? "TCP" : port.getProtocol(),
                          port.getAppProtocol() == null ? "" : port.getAppProtocol())));
    }
    return List.copyOf(ports);
  }

  private static Optional<Integer> number(ServicePort port, Pod pod) {
    IntOrString target = port.getTargetPort();
    if (target == null) {
      return Optional.of(port.getPort());
    }
    if (target.getStrVal() == null) {
      return Optional.of(target.getIntVal() == 0 ? port.getPort() : target.getIntVal());
    }
    var protocol = port.getProtocol() == null ? "TCP" : port.getProtocol();
    return Stream.concat(
            pod.getSpec().getContainers().stream(),
            pod.getSpec().getInitContainers().stream().filter(Backends::isSidecar))
        .flatMap(container -> container.getPorts().stream())
        .filter(each -> target.getStrVal().equals(each.getName()))
        .filter(each -> each.getProtocol() == null || protocol.equals(each.getProtocol()))
        .map(ContainerPort::getContainerPort)
        .findFirst();
  }

  private static boolean isSidecar(Container container) {
    return "Always".equals(container.getRestartPolicy());
  }

  /** What an endpoint says of the pod that it stands for. */
  static ObjectReference reference(Pod pod) {
    return new ObjectReferenceBuilder()
        .withKind("Pod")
        .withNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName())
        .withUid(pod.getMetadata().getUid())
        .build();
  }
}
