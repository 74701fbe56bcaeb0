package dev.nauarch.nodeagent.spec;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The variables by which containers find services without DNS. */
public final class ServiceVariables {
  private ServiceVariables() {}

  /** The variables of all services that have a cluster IP. */
  public static Map<String, String> of(Collection<Service> services) {
    var variables = new TreeMap<String, String>();
    services.stream()
        .filter(ServiceVariables::hasAddress)
        .sorted(Comparator.comparing((Service service) -> service.getMetadata().getName()))
        .forEach(service -> add(service, variables));
    return variables;
  }

  private static boolean hasAddress(Service service) {
    var ip = service.getSpec().getClusterIP();
    return ip != null
        && !ip.isEmpty()
        && !ip.equals("None")
        && !service.getSpec().getPorts().isEmpty();
  }

  private static void add(Service service, Map<String, String> variables) {
    var prefix =
        service
            .getMetadata()
            .getName()
            .toUpperCase(Locale.ROOT)
            .replace('-', '_')
            .replace('.', '_');
    var ip = service.getSpec().getClusterIP();
    var first = service.getSpec().getPorts().getFirst();
    variables.put(prefix + "_SERVICE_HOST", ip);
    variables.put(prefix + "_SERVICE_PORT", String.valueOf(first.getPort()));
    variables.put(prefix + "_PORT", url(ip, first));
    for (var port : service.getSpec().getPorts()) {
      if (port.getName() != null && !port.getName().isEmpty()) {
        var name = port.getName().toUpperCase(Locale.ROOT).replace('-', '_');
        variables.put(prefix + "_SERVICE_PORT_" + name, String.valueOf(port.getPort()));
      }
      var protocol = protocol(port);
      var stem = prefix + "_PORT_" + port.getPort() + "_" + protocol.toUpperCase(Locale.ROOT);
      variables.put(stem, url(ip, port));
      variables.put(stem + "_PROTO", protocol);
      variables.put(stem + "_PORT", String.valueOf(port.getPort()));
      variables.put(stem + "_ADDR", ip);
    }
  }

  private static String protocol(ServicePort port) {
    return port.getProtocol() == null ? "tcp" : port.getProtocol().toLowerCase(Locale.ROOT);
  }

  private static String url(String ip, ServicePort port) {
    return protocol(port) + "://" + ip + ":" + port.getPort();
  }
}
