package dev.nauarch.routing;

import com.google.re2j.Pattern;
import dev.nauarch.routing.Rule.Comparison;
import dev.nauarch.routing.Rule.Condition;
import dev.nauarch.routing.Rule.Match;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All routes of a gateway in the order in which the Gateway API wants them tried: the most specific
 * host, then an exact path, the longest prefix, a method, the most headers, the most query
 * parameters, the oldest route, the first name, the first rule. A regular expression for a path
 * ranks below exact paths and above prefixes. Immutable.
 */
public final class RouteTable {
  private final Map<Integer, List<Candidate>> candidatesByPort = new TreeMap<>();
  private final SortedSet<String> models = new TreeSet<>();

  /** A request's way. */
  public record Way(Route route, Rule rule) {}

  private record Candidate(
      Route route, Rule rule, int ruleIndex, String hostname, Match match, Tests tests) {}

  /** The compiled regular expressions of a match, by their text. */
  private record Tests(Map<String, Pattern> patternByText) {

    static Tests of(Match match) {
      var patterns = new TreeMap<String, Pattern>();
      if (match.pathComparison() == Comparison.REGULAR_EXPRESSION) {
        patterns.put(match.path(), Pattern.compile(match.path()));
      }
      for (var conditions : List.of(match.headers(), match.queries())) {
        for (var condition : conditions) {
          if (condition.comparison() == Comparison.REGULAR_EXPRESSION) {
            patterns.put(condition.value(), Pattern.compile(condition.value()));
          }
        }
      }
      return new Tests(patterns);
    }

    boolean meets(Comparison comparison, String expected, String found) {
      return switch (comparison) {
        case EXACT -> found.equals(expected);
        case PREFIX -> isBelow(expected, found);
        case REGULAR_EXPRESSION -> {
          var pattern = patternByText.get(expected);
          yield pattern != null && pattern.matches(found);
        }
      };
    }

    /** Prefixes go by whole path elements: {@code /v1} takes {@code /v1/x} and not {@code /v12}. */
    private static boolean isBelow(String prefix, String path) {
      var base = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
      return path.equals(base) || path.startsWith(base + "/");
    }
  }

  /** A table of these routes. */
  public RouteTable(List<Route> routes) {
    for (var route : routes) {
      var hostnames = route.hostnames().isEmpty() ? List.of("") : route.hostnames();
      for (var hostname : hostnames) {
        for (var index = 0; index < route.rules().size(); index++) {
          addRule(route, hostname, index);
        }
      }
    }
    candidatesByPort.values().forEach(list -> list.sort(ORDER));
  }

  private void addRule(Route route, String hostname, int index) {
    var rule = route.rules().get(index);
    for (var match : rule.matches()) {
      candidatesByPort
          .computeIfAbsent(route.port(), port -> new ArrayList<>())
          .add(new Candidate(route, rule, index, hostname, match, Tests.of(match)));
      for (var header : match.headers()) {
        if (header.name().equals(ModelRequest.MODEL_HEADER)
            && header.comparison() == Comparison.EXACT) {
          models.add(header.value());
        }
      }
    }
  }

  /** The way of a request that came in at a port; empty where no rule takes it. */
  public Optional<Way> find(int port, RequestHead head) {
    for (var candidate : candidatesByPort.getOrDefault(port, List.of())) {
      if (takesHost(candidate.hostname(), head.host()) && takes(candidate, head)) {
        return Optional.of(new Way(candidate.route(), candidate.rule()));
      }
    }
    return Optional.empty();
  }

  /** The models that routes name, sorted. */
  public SortedSet<String> models() {
    return new TreeSet<>(models);
  }

  private static boolean takesHost(String hostname, String host) {
    return hostname.isEmpty()
        || hostname.equals(host)
        || (hostname.startsWith("*.")
            && host.length() > hostname.length() - 1
            && host.endsWith(hostname.substring(1)));
  }

  private static boolean takes(Candidate candidate, RequestHead head) {
    var match = candidate.match();
    var tests = candidate.tests();
    return tests.meets(match.pathComparison(), match.path(), head.path())
        && (match.method().isEmpty() || match.method().equals(head.method()))
        && meetAll(tests, match.headers(), head.headerByName())
        && meetAll(tests, match.queries(), head.queryByName());
  }

  private static boolean meetAll(
      Tests tests, List<Condition> conditions, Map<String, String> valueByName) {
    for (var condition : conditions) {
      var value = valueByName.get(condition.name());
      if (value == null || !tests.meets(condition.comparison(), condition.value(), value)) {
        return false;
      }
    }
    return true;
  }

  private static int pathRank(Match match) {
    return switch (match.pathComparison()) {
      case EXACT -> 2;
      case REGULAR_EXPRESSION -> 1;
      case PREFIX -> 0;
    };
  }

  private static int hostRank(String hostname) {
    if (hostname.isEmpty()) {
      return 0;
    }
    return hostname.startsWith("*.") ? hostname.length() : 1000 + hostname.length();
  }

  private static final Comparator<Candidate> ORDER =
      Comparator.<Candidate>comparingInt(c -> -hostRank(c.hostname()))
          .thenComparingInt(c -> -pathRank(c.match()))
          .thenComparingInt(c -> -c.match().path().length())
          .thenComparingInt(c -> c.match().method().isEmpty() ? 1 : 0)
          .thenComparingInt(c -> -c.match().headers().size())
          .thenComparingInt(c -> -c.match().queries().size())
          .thenComparing(c -> c.route().createdAt())
          .thenComparing(c -> c.route().namespace() + "/" + c.route().name())
          .thenComparingInt(Candidate::ruleIndex);
}
