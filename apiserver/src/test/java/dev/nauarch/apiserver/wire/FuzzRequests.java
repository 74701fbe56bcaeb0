package dev.nauarch.apiserver.wire;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.codec.Format;
import dev.nauarch.apiserver.codec.ObjectCodec;
import dev.nauarch.apiserver.object.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes requests that are partly right, of a seed. */
final class FuzzRequests {

  /** One request. */
  record Request(String method, String path, Map<String, String> headers, byte[] body) {

    @Override
    public String toString() {
      return method + " " + path + " " + headers + " " + new String(body, StandardCharsets.UTF_8);
    }
  }

  private static final List<String> METHODS =
      List.of("GET", "POST", "POST", "POST", "PUT", "PUT", "PATCH", "PATCH", "DELETE", "BREW");
  private static final List<String> PATCH_TYPES =
      List.of(
          "application/json-patch+json",
          "application/merge-patch+json",
          "application/strategic-merge-patch+json",
          "application/apply-patch+yaml");
  private static final List<String> ACCEPTS =
      List.of(
          "*/*",
          "application/yaml",
          "application/vnd.kubernetes.protobuf",
          "application/json;as=Table;g=meta.k8s.io;v=v1",
          "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
          "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1beta1",
          "text/html;q=0.1,,;");
  private static final List<String> PARAMETERS =
      List.of(
          "dryRun=All",
          "fieldValidation=Strict",
          "fieldValidation=Ignore",
          "fieldManager=m",
          "force=true",
          "limit=1",
          "limit=-9",
          "continue=",
          "resourceVersion=1",
          "resourceVersion=0",
          "resourceVersionMatch=Exact",
          "resourceVersionMatch=NotOlderThan",
          "labelSelector=a",
          "fieldSelector=metadata.name=a",
          "propagationPolicy=Orphan",
          "gracePeriodSeconds=0",
          "timeoutSeconds=1",
          "pretty=true",
          "includeObject=Object");
  private static final List<String> NAMES =
      List.of("labelSelector", "fieldSelector", "continue", "limit", "dryRun", "fieldManager", "x");
  private static final String ABSENT = "";
  private static final int KINDS = 6;

  private final Random random;
  private final List<Kind> kinds;
  private final FuzzObjects objects;

  FuzzRequests(Random random, List<Kind> kinds) {
    this.random = random;
    // A few kinds, so that requests meet what others have left.
    var shuffled = new ArrayList<>(kinds);
    Collections.shuffle(shuffled, random);
    this.kinds = shuffled.subList(0, KINDS);
    this.objects = new FuzzObjects(random);
  }

  Request next() {
    var kind = pick(kinds);
    var method = pick(METHODS);
    var name = objects.name();
    var headers = new LinkedHashMap<String, String>();
    var body = method.equals("GET") ? new byte[0] : body(kind, name, method, headers);
    if (random.nextInt(6) == 0) {
      headers.put("accept", pick(ACCEPTS));
    }
    if (random.nextInt(30) == 0) {
      headers.put("impersonate-user", pick(List.of("nobody", "system:serviceaccount:", "é")));
    }
    return new Request(method, path(kind, name, method) + query(), headers, body);
  }

  private String path(Kind kind, String name, String method) {
    var path = new StringBuilder(kind.group().isEmpty() ? "/api/" : "/apis/" + kind.group() + "/");
    path.append(kind.version());
    if (kind.namespaced() != (random.nextInt(20) == 0)) {
      path.append("/namespaces/").append(random.nextInt(20) > 0 ? "default" : segment(name));
    }
    path.append('/').append(kind.names().plural());
    var isNamed = !method.equals("POST") || random.nextInt(15) == 0;
    if (isNamed && random.nextInt(15) > 0) {
      path.append('/').append(segment(name));
      if (!kind.subresources().isEmpty() && random.nextInt(4) == 0) {
        path.append('/').append(pick(kind.subresources()).name());
      }
    }
    return random.nextInt(40) == 0 ? mutated(path.toString()) : path.toString();
  }

  private static String segment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  /** A path with one letter that does not belong there. */
  private String mutated(String path) {
    var letters = "%/.?;~\\%2f%00%ff{";
    var at = 1 + random.nextInt(path.length() - 1);
    return path.substring(0, at)
        + letters.charAt(random.nextInt(letters.length()))
        + path.substring(at);
  }

  private String query() {
    var query = new StringBuilder();
    for (var left = random.nextInt(8) - 5; left > 0; left--) {
      query.append(query.isEmpty() ? '?' : '&');
      if (random.nextInt(4) > 0) {
        query.append(pick(PARAMETERS));
      } else {
        var value = URLEncoder.encode(objects.text(), StandardCharsets.UTF_8);
        query.append(pick(NAMES)).append('=').append(value);
      }
    }
    return query.toString();
  }

  private byte[] body(Kind kind, String name, String method, Map<String, String> headers) {
    var isPatch = method.equals("PATCH");
    var object = objects.object(kind, name);
    if (method.equals("DELETE") && random.nextInt(8) > 0) {
      object.removeAll().put("propagationPolicy", "Background").set("dryRun", objects.any(4));
      object.remove(random.nextInt(4) > 0 ? "dryRun" : ABSENT);
    }
    var format = pick(List.of(Format.JSON, Format.JSON, Format.YAML, Format.PROTOBUF));
    var bytes = isPatch ? patch(kind, name) : encoded(kind, object, format);
    headers.put("content-type", isPatch ? pick(PATCH_TYPES) : format.mediaType());
    if (random.nextInt(30) == 0) {
      headers.put("content-type", objects.text().replaceAll("[^ -~]", ABSENT));
    }
    return random.nextInt(12) == 0 ? damaged(bytes) : bytes;
  }

  private static byte[] encoded(
      Kind kind, tools.jackson.databind.node.ObjectNode object, Format format) {
    try {
      return ObjectCodec.encode(object, format, kind);
    } catch (RuntimeException notOfThisKind) {
      return Json.write(object);
    }
  }

  private byte[] patch(Kind kind, String name) {
    if (random.nextBoolean()) {
      return Json.write(objects.object(kind, name));
    }
    var operations = Json.object().putArray("p");
    for (var left = random.nextInt(4); left > 0; left--) {
      var operation = operations.addObject();
      operation.put("op", pick(List.of("add", "remove", "replace", "move", "copy", "test")));
      operation.put("path", pointer(kind)).put("from", pointer(kind));
      operation.set("value", objects.any(3));
    }
    return Json.write(operations);
  }

  private String pointer(Kind kind) {
    var names = List.copyOf(kind.schema().propertyNames());
    var first = names.isEmpty() ? "spec" : pick(names);
    return switch (random.nextInt(5)) {
      case 0 -> "";
      case 1 -> "/" + first;
      case 2 -> "/" + first + "/" + objects.text();
      case 3 -> "/" + first + "/0/-";
      default -> objects.text();
    };
  }

  /** Bytes with a few others put in, taken out or changed. */
  private byte[] damaged(byte[] bytes) {
    if (bytes.length == 0) {
      return bytes;
    }
    var damaged = bytes.clone();
    for (var left = 1 + random.nextInt(4); left > 0; left--) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(3) == 0
        ? java.util.Arrays.copyOf(damaged, random.nextInt(damaged.length))
        : damaged;
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
