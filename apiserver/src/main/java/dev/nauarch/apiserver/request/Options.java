package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.object.FieldSelector;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.LabelSelector;
import dev.nauarch.apiserver.registry.DeleteRequest;
import dev.nauarch.apiserver.registry.ListQuery;
import dev.nauarch.apiserver.registry.WriteOptions;
import dev.nauarch.apiserver.registry.WriteOptions.Apply;
import dev.nauarch.apiserver.registry.WriteOptions.FieldValidation;
import dev.nauarch.apiserver.watch.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the options of the verbs from a request's parameters, and from a deletion's body. */
final class Options {

  private static final int MANAGER_LENGTH_MAX = 128;
  private static final List<String> PROPAGATIONS = List.of("Foreground", "Background", "Orphan");
  private static final List<String> POLICIES = List.of("Foreground", "Background", "Orphan", "nil");

  private Options() {}

  /** How to create or update. */
  static WriteOptions write(Call call, String optionsKind) {
    return write(call, optionsKind, Apply.NO);
  }

  static WriteOptions write(Call call, String optionsKind, Apply apply) {
    var query = call.query();
    var raw = Json.object();
    raw.put("kind", optionsKind);
    raw.put("apiVersion", "meta.k8s.io/v1");
    var isDryRun = isDryRun(query.all("dryRun"), optionsKind);
    if (isDryRun) {
      raw.putArray("dryRun").add("All");
    }
    var manager = manager(call, optionsKind, apply);
    if (query.has("fieldManager")) {
      raw.put("fieldManager", manager);
    }
    if (query.has("force")) {
      raw.put("force", query.flag("force"));
    }
    var validation = validation(query.text("fieldValidation"), optionsKind);
    if (query.has("fieldValidation")) {
      raw.put("fieldValidation", query.text("fieldValidation"));
    }
    return new WriteOptions(
        call.user(), isDryRun, validation, manager, apply, call.warnings()::add, raw);
  }

  private static String manager(Call call, String optionsKind, Apply apply) {
    var manager = call.query().text("fieldManager");
    checkManager(manager, optionsKind);
    if (!manager.isEmpty()) {
      return manager;
    }
    if (apply != Apply.NO) {
      throw invalid(
          optionsKind, FieldError.required("fieldManager", "is required for apply patch"));
    }
    var agent = call.header("User-Agent");
    var slash = agent.indexOf('/');
    var name = slash < 0 ? agent : agent.substring(0, slash);
    return name.length() > MANAGER_LENGTH_MAX ? name.substring(0, MANAGER_LENGTH_MAX) : name;
  }

  private static void checkManager(String manager, String optionsKind) {
    if (manager.length() > MANAGER_LENGTH_MAX) {
      var why = "Too long: may not be more than " + MANAGER_LENGTH_MAX + " bytes";
      throw invalid(optionsKind, new FieldError(FieldError.Type.TOO_LONG, "fieldManager", why));
    }
    for (var at = 0; at < manager.length(); at++) {
      if (Character.isISOControl(manager.charAt(at))) {
        var why =
            "invalid character U+%04X (at position %d)".formatted((int) manager.charAt(at), at);
        throw invalid(optionsKind, FieldError.invalid("fieldManager", Json.quoted(manager), why));
      }
    }
  }

  private static boolean isDryRun(List<String> values, String optionsKind) {
    for (var value : values) {
      if (!value.equals("All")) {
        throw invalid(
            optionsKind, FieldError.notSupported("dryRun", "[\"" + value + "\"]", List.of("All")));
      }
    }
    return !values.isEmpty();
  }

  private static FieldValidation validation(String text, String optionsKind) {
    return switch (text) {
      case "", "Warn" -> FieldValidation.WARN;
      case "Strict" -> FieldValidation.STRICT;
      case "Ignore" -> FieldValidation.IGNORE;
      default ->
          throw invalid(
              optionsKind,
              FieldError.notSupported(
                  "fieldValidation", "\"" + text + "\"", List.of("", "Ignore", "Strict", "Warn")));
    };
  }

  private static ApiException invalid(String optionsKind, FieldError error) {
    return ApiException.invalid("meta.k8s.io", optionsKind, "", List.of(error));
  }

  /** How to delete: what the body says, or else what the parameters say. */
  record Delete(DeleteRequest request, WriteOptions options) {

    static Delete of(Call call, ObjectNode body) {
      var query = call.query();
      var isBody = !body.isEmpty();
      var grace = isBody ? number(body.get("gracePeriodSeconds")) : grace(query);
      if (grace.isPresent() && grace.getAsLong() < 0) {
        grace = OptionalLong.of(1);
      }
      var propagation = propagation(query, body);
      var dryRun = new ArrayList<>(query.all("dryRun"));
      if (body.get("dryRun") != null) {
        body.get("dryRun").forEach(value -> dryRun.add(value.asString()));
      }
      var preconditions = Json.child(body, "preconditions");
      // In the query of a collection's deletion, a resourceVersion says what to list.
      var isQuery = !isBody && !call.route().name().isEmpty();
      var request =
          new DeleteRequest(
              grace,
              propagation,
              isQuery ? query.text("uid") : Json.text(preconditions, "uid"),
              isQuery
                  ? query.text("resourceVersion")
                  : Json.text(preconditions, "resourceVersion"));
      var raw = isBody ? body : Json.object();
      raw.put("kind", "DeleteOptions").put("apiVersion", "meta.k8s.io/v1");
      return new Delete(
          request,
          new WriteOptions(
              call.user(),
              isDryRun(dryRun, "DeleteOptions"),
              FieldValidation.IGNORE,
              "",
              Apply.NO,
              call.warnings()::add,
              raw));
    }

    private static String propagation(Query query, ObjectNode body) {
      var isBody = !body.isEmpty();
      var propagation =
          isBody ? Json.text(body, "propagationPolicy") : query.text("propagationPolicy");
      var orphans =
          isBody ? body.path("orphanDependents").asString("") : query.text("orphanDependents");
      if (!propagation.isEmpty() && !orphans.isEmpty()) {
        var why = "orphanDependents and deletionPropagation cannot be both set";
        throw invalid(
            "DeleteOptions",
            FieldError.invalid("propagationPolicy", Json.quoted(propagation), why));
      }
      if (propagation.isEmpty() && !orphans.isEmpty()) {
        propagation = orphans.equals("true") ? "Orphan" : "Background";
      }
      if (!propagation.isEmpty() && !PROPAGATIONS.contains(propagation)) {
        throw invalid(
            "DeleteOptions",
            FieldError.notSupported("propagationPolicy", Json.quoted(propagation), POLICIES));
      }
      return propagation;
    }

    private static OptionalLong grace(Query query) {
      return query.has("gracePeriodSeconds")
          ? OptionalLong.of(query.number("gracePeriodSeconds", 0))
          : OptionalLong.empty();
    }

    private static OptionalLong number(JsonNode node) {
      return node == null || !node.isNumber()
          ? OptionalLong.empty()
          : OptionalLong.of(node.asLong());
    }
  }

  /** What a list is about. */
  static ListQuery list(Call call) {
    var query = call.query();
    ListRules.checkList(query);
    var limit = query.number("limit", 0);
    query.number("timeoutSeconds", 0);
    return new ListQuery(
        selection(call),
        Math.clamp(limit, 0, Integer.MAX_VALUE),
        query.text("continue"),
        query.text("resourceVersion"),
        query.text("resourceVersionMatch"));
  }

  /** Which objects a list, a watch or a deletion is about. */
  static WatchRequest selection(Call call) {
    var labels = LabelSelector.parse(call.query().text("labelSelector"));
    var fields = FieldSelector.parse(call.query().text("fieldSelector"), call.kind());
    var name = call.route().name();
    return new WatchRequest(
        call.route().namespace(), name.isEmpty() ? fields.name().orElse("") : name, labels, fields);
  }
}
