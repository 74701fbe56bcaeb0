package dev.nauarch.client.remote;

import dev.nauarch.client.remote.RemoteOptions.Credentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A kubeconfig file: clusters, users, and contexts that pair them. Paths inside it are relative to
 * its own folder. Credential plugins are refused with a clear word.
 */
public final class Kubeconfig {

  private final Path folder;
  private final Map<?, ?> document;

  private Kubeconfig(Path folder, Map<?, ?> document) {
    this.folder = folder;
    this.document = document;
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException it is not a kubeconfig
   * @throws UncheckedIOException it can't be read
   */
  public static Kubeconfig read(Path file) {
    var parent = file.toAbsolutePath().getParent();
    var folder = parent == null ? Path.of("/") : parent;
    try {
      return parse(Files.readString(file), folder);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read the kubeconfig " + file, e);
    }
  }

  /**
   * Reads a text.
   *
   * @param folder where relative paths start
   * @throws IllegalArgumentException it is not a kubeconfig
   */
  public static Kubeconfig parse(String yaml, Path folder) {
    try {
      var load = new Load(LoadSettings.builder().setLabel("kubeconfig").build());
      if (load.loadFromString(yaml) instanceof Map<?, ?> document) {
        return new Kubeconfig(folder, document);
      }
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException("not a kubeconfig: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException("not a kubeconfig: the document is not a mapping");
  }

  /** The context that the file itself chooses; empty where it chooses none. */
  public String currentContext() {
    return text(document, "current-context").orElse("");
  }

  /** The names of the contexts, in the file's order. */
  public List<String> contexts() {
    return list("contexts").stream().map(entry -> text(entry, "name").orElse("")).toList();
  }

  /** The namespace that a context starts in. */
  public String namespace(String context) {
    return text(section("contexts", context, "context"), "namespace").orElse("default");
  }

  /**
   * Server and credentials of the file's own context.
   *
   * @throws IllegalArgumentException a part is missing or of a form that is not supported
   */
  public RemoteOptions options() {
    return options(currentContext());
  }

  /**
   * Server and credentials of a context.
   *
   * @throws IllegalArgumentException a part is missing or of a form that is not supported
   */
  public RemoteOptions options(String contextName) {
    var context = section("contexts", contextName, "context");
    var cluster = section("clusters", required(context, "cluster"), "cluster");
    var user = text(context, "user").filter(name -> !name.isEmpty());
    var credentials =
        user.<Credentials>map(name -> credentials(section("users", name, "user")))
            .orElseGet(Credentials.Anonymous::new);
    return RemoteOptions.of(
        URI.create(required(cluster, "server")),
        pem(cluster, "certificate-authority"),
        credentials,
        cluster.get("insecure-skip-tls-verify") instanceof Boolean skip && skip);
  }

  /**
   * The certificates that vouch for the first cluster, as PEM: in a file that strangers are given
   * it is the only one, and no context names it. Empty where there is none.
   */
  public Optional<String> firstAuthority() {
    return list("clusters").stream()
        .findFirst()
        .flatMap(entry -> pem(mapping(entry.get("cluster")), "certificate-authority"));
  }

  private Credentials credentials(Map<?, ?> user) {
    for (var unsupported : List.of("exec", "auth-provider", "username")) {
      if (user.containsKey(unsupported)) {
        throw new IllegalArgumentException(
            "the kubeconfig's user has \""
                + unsupported
                + "\", which is not supported;"
                + " a client certificate or a token is");
      }
    }
    var certificate = pem(user, "client-certificate");
    if (certificate.isPresent()) {
      var key = pem(user, "client-key");
      return new Credentials.Certificate(
          certificate.get(),
          key.orElseThrow(
              () -> new IllegalArgumentException("the kubeconfig's user has no client-key")));
    }
    var tokenFile = text(user, "tokenFile");
    if (tokenFile.isPresent()) {
      var file = folder.resolve(tokenFile.get());
      return new Credentials.Token(() -> content(file).strip());
    }
    return text(user, "token")
        .<Credentials>map(token -> new Credentials.Token(() -> token))
        .orElseGet(Credentials.Anonymous::new);
  }

  /** A PEM text that stands in the file itself or in another one. */
  private Optional<String> pem(Map<?, ?> section, String key) {
    var inline =
        text(section, key + "-data")
            .map(data -> Base64.getMimeDecoder().decode(data))
            .map(bytes -> new String(bytes, StandardCharsets.US_ASCII));
    return inline.isPresent()
        ? inline
        : text(section, key).map(file -> content(folder.resolve(file)));
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + file + ", which the kubeconfig names", e);
    }
  }

  private Map<?, ?> section(String list, String name, String key) {
    for (var entry : list(list)) {
      if (text(entry, "name").filter(name::equals).isPresent()
          && entry.get(key) instanceof Map<?, ?> section) {
        return section;
      }
    }
    throw new IllegalArgumentException("the kubeconfig has no \"" + name + "\" in its " + list);
  }

  private List<Map<?, ?>> list(String key) {
    return document.get(key) instanceof List<?> entries
        ? entries.stream().<Map<?, ?>>map(Kubeconfig::mapping).toList()
        : List.of();
  }

  private static Map<?, ?> mapping(@Nullable Object entry) {
    return entry instanceof Map<?, ?> map ? map : Map.of();
  }

  private static Optional<String> text(Map<?, ?> section, String key) {
    return section.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  private static String required(Map<?, ?> section, String key) {
    return text(section, key)
        .orElseThrow(() -> new IllegalArgumentException("the kubeconfig lacks \"" + key + "\""));
  }
}
