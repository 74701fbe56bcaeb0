package dev.nauarch.apiserver.strategy.core;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** The rules of ConfigMaps and Secrets. */
final class ConfigRules {

  private static final int BYTES_MAX = 1 << 20;
  private static final String FROZEN = "field is immutable when `immutable` is set";
  private static final String SERVICE_ACCOUNT = "kubernetes.io/service-account.name";

  private ConfigRules() {}

  static void configMap(Problems problems, Field map) {
    long bytes = 0;
    long characters = 0;
    for (var entry : map.at("data").entries()) {
      key(problems, entry);
      if (map.at("binaryData", entry.key()).isPresent()) {
        problems.invalid(
            new Field(StringNode.valueOf(entry.key()), entry.path(), ""),
            "duplicate of key present in binaryData");
      }
      characters += entry.text().length();
    }
    for (var entry : map.at("binaryData").entries()) {
      key(problems, entry);
      bytes += decodedLength(problems, entry);
    }
    // A character takes three bytes of UTF-8 at the most, so that few maps have to be counted.
    if (bytes + 3 * characters > BYTES_MAX) {
      for (var entry : map.at("data").entries()) {
        bytes += entry.text().getBytes(StandardCharsets.UTF_8).length;
      }
    }
    size(problems, map, bytes);
  }

  static void secret(Problems problems, Field secret) {
    long bytes = 0;
    for (var entry : secret.at("data").entries()) {
      key(problems, entry);
      bytes += decodedLength(problems, entry);
    }
    size(problems, secret.at("data"), bytes);
    switch (secret.at("type").text()) {
      case "kubernetes.io/service-account-token" -> {
        if (secret.at("metadata", "annotations", SERVICE_ACCOUNT).isEmpty()) {
          var annotations = secret.at("metadata", "annotations");
          problems.required(
              new Field(annotations.node(), annotations.path() + "[" + SERVICE_ACCOUNT + "]", ""),
              "");
        }
      }
      case "kubernetes.io/dockercfg" -> json(problems, secret, ".dockercfg");
      case "kubernetes.io/dockerconfigjson" -> json(problems, secret, ".dockerconfigjson");
      case "kubernetes.io/basic-auth" -> {
        if (!secret.at("data", "username").isPresent()
            && !secret.at("data", "password").isPresent()) {
          requireKey(problems, secret, "username");
          requireKey(problems, secret, "password");
        }
      }
      case "kubernetes.io/ssh-auth" -> requireKey(problems, secret, "ssh-privatekey");
      case "kubernetes.io/tls" -> {
        requireKey(problems, secret, "tls.crt");
        requireKey(problems, secret, "tls.key");
      }
      default -> {
        // Any other type holds what its owner likes.
      }
    }
  }

  static void secretChange(Problems problems, Field secret, Field old) {
    problems.immutable(secret.at("type"), old.at("type"));
    frozen(problems, secret, old);
  }

  /** What was declared immutable stays as it is, and stays immutable. */
  static void frozen(Problems problems, Field object, Field old) {
    if (!old.at("immutable").flag(false)) {
      return;
    }
    if (!object.at("immutable").flag(false)) {
      problems.forbidden(object.at("immutable"), FROZEN);
    }
    for (var name : List.of("data", "binaryData")) {
      boolean isSame =
          object.at(name).hasValueOf(old.at(name))
              || (object.at(name).isEmpty() && old.at(name).isEmpty());
      if (!isSame) {
        problems.forbidden(object.at(name), FROZEN);
      }
    }
  }

  /** Text is a convenience of writers: what is stored, and read back, is its base64. */
  static void fillSecret(ObjectNode secret, ObjectNode old) {
    if (secret.path("type").asString("").isEmpty()) {
      secret.put("type", old.path("type").asString("Opaque"));
    }
    for (var entry : secret.path("stringData").properties()) {
      secret
          .withObject("data")
          .put(
              entry.getKey(),
              Base64.getEncoder()
                  .encodeToString(entry.getValue().asString("").getBytes(StandardCharsets.UTF_8)));
    }
    secret.remove("stringData");
  }

  private static void key(Problems problems, Field entry) {
    Forms.dataKey(entry.key())
        .ifPresent(
            detail ->
                problems.invalid(
                    new Field(StringNode.valueOf(entry.key()), entry.path(), ""), detail));
  }

  private static int decodedLength(Problems problems, Field entry) {
    try {
      return Base64.getDecoder().decode(entry.text()).length;
    } catch (IllegalArgumentException e) {
      problems.invalid(entry, "must be base64");
      return 0;
    }
  }

  private static void size(Problems problems, Field field, long bytes) {
    if (bytes > BYTES_MAX) {
      problems.tooLong(field, BYTES_MAX);
    }
  }

  private static void requireKey(Problems problems, Field secret, String name) {
    if (!secret.at("data", name).isPresent()) {
      problems.required(entry(secret, name), "");
    }
  }

  private static void json(Problems problems, Field secret, String name) {
    var value = secret.at("data", name);
    if (!value.isPresent()) {
      problems.required(entry(secret, name), "");
      return;
    }
    try {
      new JsonMapper().readTree(Base64.getDecoder().decode(value.text()));
    } catch (JacksonException | IllegalArgumentException e) {
      problems.invalid(
          new Field(
              StringNode.valueOf("<secret contents redacted>"), entry(secret, name).path(), ""),
          "invalid JSON");
    }
  }

  private static Field entry(Field secret, String name) {
    return new Field(secret.node().path("data").path(name), "data[" + name + "]", name);
  }
}
