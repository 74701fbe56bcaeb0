package dev.nauarch.apiserver.strategy.pod;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is wrong with the volumes of a pod. */
final class VolumeRules {

  private static final int MODE_MAX = 0777;
  private static final int TOKEN_SECONDS_MIN = 600;
  private static final long TOKEN_SECONDS_MAX = 1L << 32;

  private VolumeRules() {}

  static void check(Problems problems, Field volumes) {
    problems.unique(volumes.items().stream().map(volume -> volume.at("name")).toList());
    for (var volume : volumes.items()) {
      problems.requireForm(volume.at("name"), NameRules::label);
      int sources = 0;
      for (var name : volume.node().propertyNames()) {
        var source = volume.at(name);
        if (name.equals("name") || !source.isPresent()) {
          continue;
        }
        if (++sources > 1) {
          problems.forbidden(source, "may not specify more than 1 volume type");
        } else {
          source(problems, source);
        }
      }
      if (sources == 0) {
        problems.required(volume, "must specify a volume type");
      }
    }
  }

  private static void source(Problems problems, Field source) {
    switch (source.key()) {
      case "hostPath" -> hostPath(problems, source);
      case "emptyDir" -> {
        var limit = source.at("sizeLimit");
        if (limit.isPresent() && Amount.read(limit.node().asString("")).isEmpty()) {
          problems.invalid(limit, Amount.FORM);
        } else if (limit.quantity().signum() < 0) {
          problems.forbidden(limit, "SizeLimit field must be a valid resource quantity");
        }
      }
      case "configMap" -> keyed(problems, source, "name");
      case "secret" -> keyed(problems, source, "secretName");
      case "persistentVolumeClaim" -> problems.require(source.at("claimName"));
      case "downwardAPI" -> {
        mode(problems, source.at("defaultMode"));
        EnvironmentRules.files(problems, source.at("items"));
      }
      case "projected" -> projected(problems, source);
      case "csi" -> problems.require(source.at("driver"));
      case "nfs" -> {
        problems.require(source.at("server"));
        problems.require(source.at("path"));
      }
      case "image" -> problems.require(source.at("reference"));
      case "ephemeral" -> problems.require(source.at("volumeClaimTemplate"));
      default -> {
        // The remaining sources are drivers' business; their form is the schema's.
      }
    }
  }

  private static void hostPath(Problems problems, Field source) {
    var path = source.at("path");
    if (problems.require(path) && List.of(path.text().split("/", -1)).contains("..")) {
      problems.invalid(path, "must not contain '..'");
    }
    problems.oneOf(
        source.at("type"),
        "",
        "BlockDevice",
        "CharDevice",
        "Directory",
        "DirectoryOrCreate",
        "File",
        "FileOrCreate",
        "Socket");
  }

  private static void keyed(Problems problems, Field source, String name) {
    problems.require(source.at(name));
    mode(problems, source.at("defaultMode"));
    items(problems, source.at("items"));
  }

  private static void items(Problems problems, Field items) {
    for (var item : items.items()) {
      problems.require(item.at("key"));
      problems.requireForm(item.at("path"), Forms::localFile);
      mode(problems, item.at("mode"));
    }
  }

  /** Checks the mode of a file. */
  static void mode(Problems problems, Field mode) {
    if (mode.isPresent() && (mode.number(0) < 0 || mode.number(0) > MODE_MAX)) {
      problems.invalid(mode, "must be a number between 0 and 0777 (octal), both inclusive");
    }
  }

  private static void projected(Problems problems, Field projected) {
    mode(problems, projected.at("defaultMode"));
    var paths = new HashSet<String>();
    for (var source : projected.at("sources").items()) {
      int kinds = 0;
      for (var name : source.node().propertyNames()) {
        var part = source.at(name);
        if (part.isPresent() && ++kinds > 1) {
          problems.forbidden(part, "may not specify more than 1 volume type");
        } else if (part.isPresent()) {
          part(problems, part, paths);
        }
      }
      if (kinds == 0) {
        problems.required(source, "must specify a volume type");
      }
    }
  }

  private static void part(Problems problems, Field part, Set<String> paths) {
    switch (part.key()) {
      case "secret", "configMap" -> {
        problems.require(part.at("name"));
        items(problems, part.at("items"));
        part.at("items").items().forEach(item -> path(problems, item.at("path"), paths));
      }
      case "downwardAPI" -> {
        EnvironmentRules.files(problems, part.at("items"));
        part.at("items").items().forEach(item -> path(problems, item.at("path"), paths));
      }
      case "serviceAccountToken" -> {
        problems.requireForm(part.at("path"), Forms::localFile);
        var seconds = part.at("expirationSeconds");
        if (seconds.number(TOKEN_SECONDS_MIN) < TOKEN_SECONDS_MIN) {
          problems.invalid(seconds, "may not specify a duration less than 10 minutes");
        } else if (seconds.number(TOKEN_SECONDS_MIN) > TOKEN_SECONDS_MAX) {
          problems.invalid(seconds, "may not specify a duration larger than 2^32 seconds");
        }
        path(problems, part.at("path"), paths);
      }
      case "podCertificate" -> {
        problems.require(part.at("signerName"));
        problems.require(part.at("keyType"));
      }
      default -> problems.require(part.at("path"));
    }
  }

  private static void path(Problems problems, Field path, Set<String> taken) {
    if (!path.isEmpty() && !taken.add(path.text())) {
      problems.invalid(path, "conflicting duplicate paths");
    }
  }
}
