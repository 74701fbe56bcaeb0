package dev.nauarch.apiserver.crd;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.Uids;
import dev.nauarch.apiserver.webhook.WebhookAddress;
import dev.nauarch.apiserver.webhook.WebhookAnswer;
import dev.nauarch.apiserver.webhook.WebhookClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Converts custom resources by the webhook of their definition: one call for all that are not in
 * the wanted version yet. Of metadata a webhook may change labels and annotations, all else stays
 * as it was.
 *
 * @param definition the definition, whose strategy is the webhook
 * @param client calls it
 */
record WebhookConversion(Definition definition, WebhookClient client) {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String GROUP = "apiextensions.k8s.io/";
  private static final List<String> CHANGEABLE = List.of("labels", "annotations");

  /**
   * Objects in a version, in the same order.
   *
   * @throws ApiException {@code INTERNAL_ERROR} when the webhook does not do what it should
   */
  List<ObjectNode> convert(List<ObjectNode> objects, String apiVersion) {
    var others = objects.stream().filter(object -> !version(object).equals(apiVersion)).toList();
    if (others.isEmpty()) {
      return objects;
    }
    var converted = call(others, apiVersion);
    var name = "conversion webhook for " + kindOf(others.getFirst());
    if (converted.size() != others.size()) {
      throw failure(name + " returned " + converted.size() + " objects, expected " + others.size());
    }
    var result = new ArrayList<ObjectNode>();
    var at = 0;
    for (var object : objects) {
      result.add(
          version(object).equals(apiVersion)
              ? object
              : checked(object, converted.path(at), apiVersion, at++, name));
    }
    return result;
  }

  private JsonNode call(List<ObjectNode> objects, String apiVersion) {
    var webhook = definition.spec().path("conversion").path("webhook");
    var version =
        StreamSupport.stream(webhook.path("conversionReviewVersions").spliterator(), false)
            .map(one -> one.asString(""))
            .filter(one -> one.equals("v1") || one.equals("v1beta1"))
            .findFirst()
            .orElseThrow(() -> failure("no supported conversion review versions"));
    var uid = Uids.next();
    var review = Json.object();
    review.put("kind", "ConversionReview").put("apiVersion", GROUP + version);
    var request = review.putObject("request");
    request.put("uid", uid).put("desiredAPIVersion", apiVersion);
    var list = request.putArray("objects");
    objects.forEach(object -> list.add(object));
    var failed = "conversion webhook for " + kindOf(objects.getFirst()) + " failed: ";
    var answer =
        switch (client.post(WebhookAddress.of(webhook.path("clientConfig")), review, TIMEOUT)) {
          case WebhookAnswer.Answered(var body) -> body;
          case WebhookAnswer.Failed(var why) -> throw failure(failed + why);
        };
    return answered(answer, version, uid, failed);
  }

  private static JsonNode answered(ObjectNode answer, String version, String uid, String failed) {
    var response = answer.path("response");
    if (version.equals("v1")) {
      var kind = version(answer) + ", Kind=" + Json.text(answer, "kind");
      if (!kind.equals(GROUP + "v1, Kind=ConversionReview")) {
        throw failure(
            failed
                + "expected webhook response of "
                + GROUP
                + "v1, Kind=ConversionReview, got "
                + kind);
      }
    }
    if (!response.isObject()) {
      throw failure(failed + "no response provided");
    }
    var answeredUid = Json.text(response, "uid");
    if (version.equals("v1") && !answeredUid.equals(uid)) {
      throw failure(
          failed
              + "expected response.uid="
              + Json.quoted(uid)
              + ", got "
              + Json.quoted(answeredUid));
    }
    var result = response.path("result");
    var status = Json.text(result, "status");
    if (!status.equals("Success")) {
      var message = Json.text(result, "message");
      throw failure(
          failed
              + (message.isEmpty()
                  ? "response.result.status was '" + status + "', not 'Success'"
                  : message));
    }
    return response.path("convertedObjects");
  }

  private static ObjectNode checked(
      ObjectNode original, JsonNode converted, String apiVersion, int index, String name) {
    var at = name + " returned invalid converted object at index " + index + ": ";
    if (!(converted instanceof ObjectNode object)) {
      throw failure(at + "it is no object");
    }
    if (!version(object).equals(apiVersion)) {
      throw failure(
          at
              + "invalid groupVersion (expected "
              + apiVersion
              + ", received "
              + version(object)
              + ")");
    }
    same(at + "must have the same kind: ", Json.text(original, "kind"), Json.text(object, "kind"));
    for (var field : List.of("name", "namespace", "uid")) {
      same(
          at + "must have the same " + (field.equals("uid") ? "UID" : field) + ": ",
          Json.text(original, "metadata", field),
          Json.text(object, "metadata", field));
    }
    object.set(
        "metadata",
        metadata(
            original.path("metadata"),
            object.path("metadata"),
            name + " returned invalid metadata in object at index " + index + ": "));
    return object;
  }

  private static void same(String problem, String before, String after) {
    if (!before.equals(after)) {
      throw failure(problem + before + " != " + after);
    }
  }

  private static JsonNode metadata(JsonNode original, JsonNode converted, String at) {
    if (!converted.isObject()) {
      throw failure(at + "missing metadata in converted object");
    }
    var result = (ObjectNode) original.deepCopy();
    for (var field : CHANGEABLE) {
      var value = converted.path(field);
      if (value.isMissingNode() || value.isNull()) {
        result.remove(field);
        continue;
      }
      if (!value.isObject()) {
        throw failure(at + "invalid metadata." + field + " in converted object");
      }
      for (var entry : value.properties()) {
        if (!entry.getValue().isString()) {
          throw failure(
              at
                  + "metadata."
                  + field
                  + "["
                  + entry.getKey()
                  + "] must be a string in converted object");
        }
      }
      result.set(field, value);
    }
    return result;
  }

  private static String kindOf(ObjectNode object) {
    return version(object) + ", Kind=" + Json.text(object, "kind");
  }

  private static String version(ObjectNode object) {
    return Json.text(object, "apiVersion");
  }

  private static ApiException failure(String message) {
    return new ApiException(ApiException.Reason.INTERNAL_ERROR, message, ApiException.Details.NONE);
  }
}
