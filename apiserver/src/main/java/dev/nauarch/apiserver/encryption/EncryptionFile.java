package dev.nauarch.apiserver.encryption;

import dev.nauarch.apiserver.encryption.Provider.NamedKey;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.field.SettingsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.StringNode;

/** Reads an EncryptionConfiguration: what is encrypted, by which keys. */
final class EncryptionFile {

  private static final String VERSION = "apiserver.config.k8s.io/v1";
  private static final String KIND = "EncryptionConfiguration";
  private static final Field REDACTED = Field.of(StringNode.valueOf("REDACTED"));
  private static final List<Integer> AES_KEY_BYTES = List.of(16, 24, 32);

  private static final String PROVIDERS_KNOWN =
      "provider does not contain any of the expected providers: "
          + "KMS, AESGCM, AESCBC, Secretbox, Identity";

  /**
   * A way to encrypt.
   *
   * @param title its name in messages
   * @param keyBytes how long a key may be
   */
  private record Method(
      String field, String title, List<Integer> keyBytes, Function<byte[], Seal> seal) {

    Provider provider(List<NamedKey> keys) {
      return new Provider(
          "k8s:enc:" + field + ":v1:",
          keys,
          "no matching key was found for the provided " + title + " transformer");
    }
  }

  private static final List<Method> METHODS =
      List.of(
          new Method("aesgcm", "AES", AES_KEY_BYTES, AesGcmSeal::new),
          new Method("aescbc", "AES", AES_KEY_BYTES, AesCbcSeal::new),
          new Method("secretbox", "Secretbox", List.of(32), SecretboxSeal::new));

  private final Problems problems;

  private EncryptionFile(Problems problems) {
    this.problems = problems;
  }

  /**
   * Reads the content of a file.
   *
   * @throws IllegalArgumentException with all that is wrong with what it says
   */
  static EncryptionRules read(Path file, byte[] content) {
    return SettingsFile.read(
        file, content, (root, problems) -> new EncryptionFile(problems).rules(root));
  }

  private EncryptionRules rules(Field file) {
    SettingsFile.knownFields(problems, file, "apiVersion", "kind", "resources");
    if (!file.at("apiVersion").is(VERSION)) {
      problems.notSupported(file.at("apiVersion"), List.of(VERSION));
    }
    if (!file.at("kind").is(KIND)) {
      problems.notSupported(file.at("kind"), List.of(KIND));
    }
    needsOne(file.at("resources"), "resources");
    var byResource = new LinkedHashMap<String, List<Provider>>();
    for (var entry : file.at("resources").items()) {
      SettingsFile.knownFields(problems, entry, "resources", "providers");
      var resources = entry.at("resources");
      needsOne(resources, resources.path());
      ResourceRules.check(problems, resources);
      needsOne(entry.at("providers"), entry.at("providers").path());
      var providers = new ArrayList<Provider>();
      entry.at("providers").items().forEach(item -> provider(item).ifPresent(providers::add));
      add(byResource, resources, providers);
    }
    return problems.errors().isEmpty() ? rules(byResource) : EncryptionRules.NONE;
  }

  private void needsOne(Field list, String what) {
    if (list.items().isEmpty()) {
      problems.required(list, "at least one " + what + " is required");
    }
  }

  /** Puts what an entry says behind what earlier ones say of the same resources. */
  private void add(
      Map<String, List<Provider>> byResource, Field resources, List<Provider> providers) {
    for (var item : resources.items()) {
      var resource = ResourceRules.parse(item.text());
      for (var wider : resource.wider()) {
        if (byResource.containsKey(wider.name())) {
          problems.invalid(
              item,
              "resource \"%s\" is masked by earlier rule \"%s\""
                  .formatted(resource.shown(), wider.shown()));
        }
      }
      byResource.computeIfAbsent(resource.name(), any -> new ArrayList<>()).addAll(providers);
    }
  }

  private static EncryptionRules rules(Map<String, List<Provider>> byResource) {
    var rules = new HashMap<String, Providers>();
    byResource.forEach((resource, providers) -> rules.put(resource, new Providers(providers)));
    return new EncryptionRules(rules);
  }

  private Optional<Provider> provider(Field item) {
    SettingsFile.knownFields(problems, item, "aesgcm", "aescbc", "secretbox", "identity", "kms");
    var methods = METHODS.stream().filter(known -> item.at(known.field).isPresent()).toList();
    var isIdentity = item.at("identity").isPresent();
    var isKms = item.at("kms").isPresent();
    var found = methods.size() + (isIdentity ? 1 : 0) + (isKms ? 1 : 0);
    if (found == 0) {
      problems.invalid(item, REDACTED.shown(), PROVIDERS_KNOWN);
    } else if (found > 1) {
      problems.invalid(
          item,
          REDACTED.shown(),
          "more than one provider specified in a single element, "
              + "should split into different list elements");
    }
    if (isKms) {
      problems.forbidden(item.at("kms"), "this server calls no key management service");
    }
    if (methods.isEmpty()) {
      return isIdentity ? Optional.of(Provider.IDENTITY) : Optional.empty();
    }
    var method = methods.getFirst();
    return Optional.of(method.provider(keys(item.at(method.field), method)));
  }

  private List<NamedKey> keys(Field provider, Method method) {
    SettingsFile.knownFields(problems, provider, "keys");
    needsOne(provider.at("keys"), "keys");
    var keys = new ArrayList<NamedKey>();
    for (var item : provider.at("keys").items()) {
      SettingsFile.knownFields(problems, item, "name", "secret");
      mandatory(item.at("name"), "name");
      if (mandatory(item.at("secret"), "secret")) {
        secret(item.at("secret"), method.keyBytes)
            .ifPresent(
                secret ->
                    keys.add(new NamedKey(item.at("name").text(), method.seal.apply(secret))));
      }
    }
    return keys;
  }

  private boolean mandatory(Field field, String name) {
    if (!field.text().isEmpty()) {
      return true;
    }
    problems.required(field, name + " is a mandatory field for a key");
    return false;
  }

  private Optional<byte[]> secret(Field field, List<Integer> lengths) {
    try {
      var secret = Base64.getDecoder().decode(field.text());
      if (lengths.contains(secret.length)) {
        return Optional.of(secret);
      }
      var expected = String.join(" ", lengths.stream().map(String::valueOf).toList());
      problems.invalid(
          field,
          REDACTED.shown(),
          "secret is not of the expected length, got %d, expected one of [%s]"
              .formatted(secret.length, expected));
    } catch (IllegalArgumentException e) {
      problems.invalid(field, REDACTED.shown(), "secrets must be base64 encoded");
    }
    return Optional.empty();
  }
}
