package dev.nauarch.launcher.scheduler;

import dev.nauarch.apiserver.codec.GoDuration;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.field.SettingsFile;
import dev.nauarch.scheduling.extender.Extender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Reads who is asked about pods. */
final class ExtenderReader {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int WEIGHT_MAX = 1_000;

  private final Problems problems;
  private final List<Extender> extenders = new ArrayList<>();
  private final List<String> ignoredResources = new ArrayList<>();

  ExtenderReader(Problems problems) {
    this.problems = problems;
  }

  /** Reads one more. */
  void read(Field item) {
    SettingsFile.knownFields(
        problems,
        item,
        "urlPrefix",
        "filterVerb",
        "prioritizeVerb",
        "preemptVerb",
        "weight",
        "bindVerb",
        "enableHTTPS",
        "tlsConfig",
        "httpTimeout",
        "nodeCacheCapable",
        "managedResources",
        "ignorable");
    problems.range(item.at("weight"), 1, WEIGHT_MAX);
    var verbs =
        new Extender.Verbs(
            item.at("filterVerb").text(),
            item.at("prioritizeVerb").text(),
            item.at("bindVerb").text(),
            item.at("preemptVerb").text());
    if (!verbs.prioritize().isEmpty()) {
      problems.require(item.at("weight"));
    }
    if (!verbs.bind().isEmpty()
        && extenders.stream().anyMatch(one -> !one.verbs().bind().isEmpty())) {
      problems.forbidden(item.at("bindVerb"), "only one extender can bind pods");
    }
    extenders.add(
        new Extender(
            url(item),
            verbs,
            (int) item.at("weight").number(1),
            new Extender.Connection(
                timeout(item.at("httpTimeout")),
                item.at("nodeCacheCapable").flag(false),
                security(item)),
            managed(item.at("managedResources")),
            item.at("ignorable").flag(false)));
  }

  private String url(Field item) {
    var url = item.at("urlPrefix");
    if (problems.require(url)) {
      var needed = item.at("enableHTTPS").flag(false) ? "https://" : "http";
      if (!url.text().startsWith(needed) || !url.text().matches("https?://[^ ?#/]+[^ ?#]*")) {
        problems.invalid(url, "must be an address that begins with " + needed);
      }
    }
    return url.text();
  }

  private Duration timeout(Field field) {
    if (!field.isPresent()) {
      return TIMEOUT;
    }
    try {
      var timeout = Duration.ofNanos(GoDuration.parse(field.text()));
      if (timeout.isPositive()) {
        return timeout;
      }
      return timeout.isZero() ? TIMEOUT : refused(field);
    } catch (IllegalArgumentException e) {
      return refused(field);
    }
  }

  private Duration refused(Field field) {
    problems.invalid(field, "must be a duration, for example 5s");
    return TIMEOUT;
  }

  private List<String> managed(Field resources) {
    var names = new ArrayList<String>();
    for (var resource : resources.items()) {
      SettingsFile.knownFields(problems, resource, "name", "ignoredByScheduler");
      var name = resource.at("name");
      if (!name.text().contains("/")) {
        problems.invalid(name, "must be the name of an extended resource, with a domain");
      }
      names.add(name.text());
      if (resource.at("ignoredByScheduler").flag(false)) {
        ignoredResources.add(name.text());
      }
    }
    return names;
  }

  private Optional<Extender.Security> security(Field item) {
    var tls = item.at("tlsConfig");
    var isOn = item.at("enableHTTPS").flag(false);
    SettingsFile.knownFields(
        problems,
        tls,
        "insecure",
        "caFile",
        "caData",
        "certFile",
        "certData",
        "keyFile",
        "keyData");
    if (!tls.isPresent() && !isOn) {
      return Optional.empty();
    }
    var authority = pem(tls.at("caData"), tls.at("caFile"));
    var certificate = pem(tls.at("certData"), tls.at("certFile"));
    var key = pem(tls.at("keyData"), tls.at("keyFile"));
    if (certificate.isEmpty() != key.isEmpty()) {
      problems.invalid(tls, "a certificate and its key need each other");
    }
    // As in Kubernetes: who says only that it is HTTPS trusts whoever answers.
    var isInsecure = tls.at("insecure").flag(false) || (isOn && authority.isEmpty());
    return Optional.of(new Extender.Security(isInsecure, authority, certificate, key));
  }

  /** A PEM text, of which what the file itself has goes first. */
  private String pem(Field data, Field file) {
    try {
      if (!data.isEmpty()) {
        return new String(Base64.getDecoder().decode(data.text()), StandardCharsets.UTF_8);
      }
      return file.isEmpty() ? "" : Files.readString(Path.of(file.text()));
    } catch (IOException | InvalidPathException e) {
      problems.invalid(file, "can't be read");
    } catch (IllegalArgumentException e) {
      problems.invalidUnshown(data, "is not base64");
    }
    return "";
  }

  /** All that were read. */
  List<Extender> extenders() {
    return extenders;
  }

  /** The resources that are theirs alone to look at. */
  List<String> ignoredResources() {
    return ignoredResources;
  }
}
