package dev.nauarch.nodeagent.dns;

import dev.nauarch.nodeagent.network.ClusterServices;
import dev.nauarch.nodeagent.network.ClusterServices.Endpoint;
import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.ClusterServices.Port;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * The names of a cluster as of one moment, after the Kubernetes DNS specification 1.1: services,
 * their endpoints and ports, pod addresses, and the way back from an address to a name. Immutable.
 *
 * <p>An endpoint without a hostname is named after its address, with dashes. A name under the
 * domain that means nothing does not exist; one that has other records than those asked for exists
 * and is empty.
 */
public final class ClusterZone {
  /** Seconds that an answer may be kept: as upstream's default. */
  static final long TTL_SECONDS = 5;

  private final Name domain;
  private final Map<String, Entry> serviceByName = new HashMap<>();
  private final Map<String, String> nameByAddress = new HashMap<>();
  private final Set<String> namespaces = new HashSet<>();

  /**
   * @param domain the cluster's domain, for example {@code cluster.local}
   * @param services the services to name
   */
  public ClusterZone(String domain, ClusterServices services) {
    this.domain = absolute(domain + ".");
    for (var entry : services.servicesByKey().values()) {
      var name = entry.name() + "." + entry.namespace();
      serviceByName.put(name, entry);
      namespaces.add(entry.namespace());
      entry.clusterIp().ifPresent(ip -> nameByAddress.put(ip, name + ".svc"));
      if (entry.isHeadless()) {
        for (var endpoint : entry.endpoints()) {
          nameByAddress.putIfAbsent(endpoint.address(), label(endpoint) + "." + name + ".svc");
        }
      }
    }
  }

  /** Whether this zone is the one to ask for a name. */
  public boolean holds(Name name) {
    return name.subdomain(domain) || reversed(name).filter(nameByAddress::containsKey).isPresent();
  }

  /** The domain. */
  public Name domain() {
    return domain;
  }

  /**
   * The records of a name.
   *
   * @return the records of this type, perhaps none; empty where there is no such name
   */
  public Optional<List<Record>> resolve(Name name, int type) {
    var address = reversed(name);
    if (address.isPresent()) {
      return Optional.ofNullable(nameByAddress.get(address.get()))
          .map(target -> ifAsked(type, pointer(name, target)));
    }
    var labels = labelsBelowDomain(name);
    if (labels.isEmpty()) {
      return Optional.of(List.of());
    }
    return switch (labels.getLast()) {
      case "svc" -> service(name, type, labels.subList(0, labels.size() - 1));
      case "pod" -> pod(name, type, labels.subList(0, labels.size() - 1));
      default -> Optional.empty();
    };
  }

  private Optional<List<Record>> service(Name name, int type, List<String> labels) {
    if (labels.size() < 2) {
      var isThere = labels.isEmpty() || namespaces.contains(labels.getFirst());
      return isThere ? Optional.of(List.of()) : Optional.empty();
    }
    var entry = serviceByName.get(labels.get(labels.size() - 2) + "." + labels.getLast());
    if (entry == null) {
      return Optional.empty();
    }
    var below = labels.subList(0, labels.size() - 2);
    return switch (below.size()) {
      case 0 -> Optional.of(ofService(name, type, entry));
      case 1 -> ofEndpoint(name, type, entry, below.getFirst());
      case 2 -> ofPort(name, type, entry, below.get(0), below.get(1));
      default -> Optional.empty();
    };
  }

  private static List<Record> ofService(Name name, int type, Entry entry) {
    if (entry.externalName().isPresent()) {
      var target = absolute(entry.externalName().get() + ".");
      return List.of(new CNAMERecord(name, DClass.IN, TTL_SECONDS, target));
    }
    return entry.isHeadless()
        ? addresses(name, type, entry, endpoint -> true)
        : entry.addresses().cluster().stream().flatMap(ip -> ifAsked(name, type, ip)).toList();
  }

  private static Optional<List<Record>> ofEndpoint(Name name, int type, Entry entry, String label) {
    Predicate<Endpoint> isMeant = endpoint -> label(endpoint).equals(label);
    if (!entry.isHeadless() || entry.endpoints().stream().noneMatch(isMeant)) {
      return Optional.empty();
    }
    return Optional.of(addresses(name, type, entry, isMeant));
  }

  private Optional<List<Record>> ofPort(
      Name name, int type, Entry entry, String port, String protocol) {
    var found =
        entry.ports().stream()
            .filter(p -> ("_" + p.name()).equals(port) && ("_" + p.protocol()).equals(protocol))
            .findFirst();
    return found.map(p -> type == Type.SRV ? locations(name, entry, p) : List.of());
  }

  private List<Record> locations(Name name, Entry entry, Port port) {
    var service = entry.name() + "." + entry.namespace() + ".svc.";
    if (!entry.isHeadless()) {
      return List.of(location(name, port.port(), service));
    }
    var result = new ArrayList<Record>();
    for (var endpoint : entry.endpoints()) {
      var number = endpoint.portByName().get(port.name());
      if (endpoint.isReady() && number != null) {
        result.add(location(name, number, label(endpoint) + "." + service));
      }
    }
    return result;
  }

  private Record location(Name name, int port, String target) {
    return new SRVRecord(name, DClass.IN, TTL_SECONDS, 0, 100, port, absolute(target + domain));
  }

  private Record pointer(Name name, String target) {
    return new PTRRecord(name, DClass.IN, TTL_SECONDS, absolute(target + "." + domain));
  }

  /** {@code 10-244-0-7.default.pod}: the address that the name says. */
  private static Optional<List<Record>> pod(Name name, int type, List<String> labels) {
    if (labels.size() != 2 || !labels.getFirst().matches("\\d+-\\d+-\\d+-\\d+")) {
      return Optional.empty();
    }
    return parse(labels.getFirst().replace('-', '.'))
        .map(address -> ifAsked(type, new ARecord(name, DClass.IN, TTL_SECONDS, address)));
  }

  private static List<Record> addresses(
      Name name, int type, Entry entry, Predicate<Endpoint> isMeant) {
    return entry.endpoints().stream()
        .filter(endpoint -> endpoint.isReady() && isMeant.test(endpoint))
        .map(Endpoint::address)
        .distinct()
        .flatMap(ip -> ifAsked(name, type, ip))
        .toList();
  }

  /** The record of an address, where that of its family was asked for. */
  private static Stream<Record> ifAsked(Name name, int type, String ip) {
    var address = InetAddress.ofLiteral(ip);
    return ifAsked(
        type,
        address instanceof Inet6Address
            ? new AAAARecord(name, DClass.IN, TTL_SECONDS, address)
            : new ARecord(name, DClass.IN, TTL_SECONDS, address))
        .stream();
  }

  private static List<Record> ifAsked(int type, Record record) {
    return record.getType() == type ? List.of(record) : List.of();
  }

  private static String label(Endpoint endpoint) {
    return endpoint.hostname().isEmpty()
        ? endpoint.address().replace('.', '-').replace(':', '-')
        : endpoint.hostname();
  }

  private List<String> labelsBelowDomain(Name name) {
    var result = new ArrayList<String>();
    for (var i = 0; i < name.labels() - domain.labels(); i++) {
      result.add(name.getLabelString(i).toLowerCase(Locale.ROOT));
    }
    return result;
  }

  /** The address that a name below in-addr.arpa stands for. */
  private static Optional<String> reversed(Name name) {
    var text = name.toString(true).toLowerCase(Locale.ROOT);
    if (!text.endsWith(".in-addr.arpa")) {
      return Optional.empty();
    }
    var parts = Arrays.asList(text.substring(0, text.length() - 13).split("\\.", -1));
    return Optional.of(String.join(".", parts.reversed()));
  }

  private static Optional<InetAddress> parse(String ip) {
    var bytes = new byte[4];
    var parts = ip.split("\\.", -1);
    for (var i = 0; i < 4; i++) {
      var value = number(i < parts.length ? parts[i] : null);
      if (value < 0 || parts.length != 4) {
        return Optional.empty();
      }
      bytes[i] = (byte) value;
    }
    try {
      return Optional.of(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  private static int number(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > 3) {
      return -1;
    }
    var value = Integer.parseInt(text);
    return value > 255 ? -1 : value;
  }

  private static Name absolute(String name) {
    try {
      return Name.fromString(name);
    } catch (TextParseException e) {
      throw new IllegalArgumentException(name + " is not a domain name", e);
    }
  }
}
