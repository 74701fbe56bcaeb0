package dev.nauarch.apiserver.apply;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** What came of applying a configuration. */
sealed interface ApplyOutcome {

  /**
   * It was applied.
   *
   * @param object the object with the configuration, without managed fields
   * @param managed who owns what now
   */
  record Applied(ObjectNode object, ManagedFields managed) implements ApplyOutcome {}

  /**
   * Others own fields that it would change.
   *
   * @param conflicts one for each field and owner; not empty
   */
  record Conflicted(List<Conflict> conflicts) implements ApplyOutcome {

    /** The conflicts over other fields than these. */
    List<Conflict> outside(FieldSet allowed) {
      return conflicts.stream().filter(conflict -> !allowed.contains(conflict.path())).toList();
    }

    /** The conflicts as an answer to the client. */
    ApiException toException() {
      var causes =
          conflicts.stream()
              .map(
                  conflict ->
                      new FieldError(
                          FieldError.Type.FIELD_MANAGER_CONFLICT,
                          conflict.pathText(),
                          "conflict with " + conflict.owner()))
              .toList();
      return new ApiException(
          ApiException.Reason.CONFLICT, message(), new ApiException.Details("", "", "", causes, 0));
    }

    private String message() {
      if (conflicts.size() == 1) {
        var only = conflicts.getFirst();
        return "Apply failed with 1 conflict: conflict with "
            + only.owner()
            + ": "
            + only.pathText();
      }
      var pathsByOwner = new TreeMap<String, List<String>>();
      for (var conflict : conflicts) {
        pathsByOwner
            .computeIfAbsent(conflict.owner().toString(), _ -> new ArrayList<>())
            .add("- " + conflict.pathText());
      }
      return "Apply failed with "
          + conflicts.size()
          + " conflicts: "
          + pathsByOwner.entrySet().stream()
              .map(
                  entry ->
                      "conflicts with "
                          + entry.getKey()
                          + ":\n"
                          + String.join("\n", entry.getValue()))
              .collect(Collectors.joining("\n"));
    }
  }

  /**
   * One field that another owns.
   *
   * @param owner who owns it
   * @param path where it is
   */
  record Conflict(ManagedFields.Owner owner, List<PathElement> path) {

    String pathText() {
      return path.stream().map(PathElement::toString).collect(Collectors.joining());
    }
  }
}
