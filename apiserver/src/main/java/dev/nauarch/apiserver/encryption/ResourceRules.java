package dev.nauarch.apiserver.encryption;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The rules of the resources that an EncryptionConfiguration names. */
final class ResourceRules {

  private static final String ANY = "*";

  /** Resources of Kubernetes that are stored and not served. */
  private static final Set<String> NOT_SERVED =
      Set.of("apiserveripinfo", "serviceipallocations", "servicenodeportallocations");

  /** Every resource. */
  static final Resource EVERYTHING = new Resource(ANY, ANY);

  /**
   * A resource; both may be a star.
   *
   * @param group empty for core
   */
  record Resource(String group, String plural) {

    /** What stands for it and for others. */
    Set<Resource> wider() {
      return new LinkedHashSet<>(List.of(new Resource(group, ANY), EVERYTHING));
    }

    boolean isWholeGroup() {
      return plural.equals(ANY);
    }

    /** As rules know it. */
    String name() {
      return EncryptionRules.name(group, plural);
    }

    /** As the file writes it. */
    String shown() {
      return group.isEmpty() ? (isWholeGroup() ? "*." : plural) : plural + "." + group;
    }
  }

  private ResourceRules() {}

  static Resource parse(String text) {
    var dot = text.indexOf('.');
    return dot < 0
        ? new Resource("", text)
        : new Resource(text.substring(dot + 1), text.substring(0, dot));
  }

  /** Checks a list of resources. */
  static void check(Problems problems, Field list) {
    overlap(problems, list);
    list.items().forEach(item -> name(problems, item));
  }

  private static void overlap(Problems problems, Field list) {
    var resources = list.items().stream().map(item -> parse(item.text())).toList();
    if (Set.copyOf(resources).size() < resources.size()) {
      problems.invalid(list, "the same resource cannot be specified multiple times");
    }
    if (resources.size() > 1 && resources.stream().anyMatch(one -> hides(one, resources))) {
      problems.invalid(
          list,
          "using overlapping resources such as 'secrets' and '*.' in the same resource list is not"
              + " allowed as they will be masked");
    }
  }

  /** Whether others of a list are among what a resource stands for. */
  private static boolean hides(Resource one, List<Resource> all) {
    return one.isWholeGroup()
        && all.stream()
            .filter(other -> !other.equals(one))
            .anyMatch(other -> one.equals(EVERYTHING) || other.group().equals(one.group()));
  }

  private static void name(Problems problems, Field item) {
    var text = item.text();
    var group = parse(text).group();
    if (!text.equals(text.toLowerCase(Locale.ROOT))) {
      problems.invalid(item, "resource name should not contain capital letters");
    } else if (text.equals(ANY)) {
      problems.invalid(
          item,
          "use '*.' to encrypt all the resources from core API group or *.* to encrypt all"
              + " resources");
    } else if (NOT_SERVED.contains(text)) {
      problems.invalid(item, "resources which do not have REST API/s cannot be encrypted");
    } else if (group.equals("events.k8s.io")) {
      problems.invalid(
          item,
          "'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events'"
              + " instead in the config file");
    } else if (group.equals("extensions")) {
      problems.invalid(
          item, "'extensions' group has been removed and cannot be used for encryption");
    } else if (group.equals(ANY) && !parse(text).isWholeGroup()) {
      problems.invalid(item, "encrypting the same resource across groups is not supported");
    }
  }
}
