package dev.nauarch.apiserver.strategy.trust;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.NameForms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/** The rules of bundles of certificates of authorities. */
final class BundleRules {

  private static final int BYTES_MAX = 1 << 20;
  private static final String OMITTED = "\"<value omitted>\"";

  private BundleRules() {}

  static void check(Problems problems, Field bundle) {
    name(problems, bundle);
    certificates(problems, bundle.at("spec", "trustBundle"));
  }

  static void change(Problems problems, Field bundle, Field old) {
    name(problems, bundle);
    var text = bundle.at("spec", "trustBundle");
    if (!text.hasValueOf(old.at("spec", "trustBundle"))) {
      certificates(problems, text);
    }
    problems.immutable(bundle.at("spec", "signerName"), old.at("spec", "signerName"));
  }

  private static void name(Problems problems, Field bundle) {
    var name = bundle.at("metadata", "name");
    var signer = bundle.at("spec", "signerName");
    if (signer.isEmpty()) {
      if (name.text().indexOf(':') >= 0) {
        problems.invalid(
            name, "ClusterTrustBundle without signer name must not have \":\" in its name");
      } else {
        problems.form(name, NameRules::subdomain);
      }
      return;
    }
    var prefix = signer.text().replace('/', ':') + ":";
    if (name.text().startsWith(prefix)) {
      problems.form(name, text -> NameRules.subdomain(text.substring(prefix.length())));
    } else {
      problems.invalid(
          name,
          "ClusterTrustBundle for signerName "
              + signer.text()
              + " must be named with prefix "
              + prefix);
    }
    NameForms.signer(problems, signer);
  }

  private static void certificates(Problems problems, Field bundle) {
    if (bundle.text().length() > BYTES_MAX) {
      problems.tooLong(bundle, BYTES_MAX);
      return;
    }
    var wrong = new ArrayList<String>();
    var places = new LinkedHashMap<String, List<Integer>>();
    var blocks = PemBlocks.of(bundle.text());
    for (int i = 0; i < blocks.size(); i++) {
      var block = blocks.get(i);
      if (!block.label().equals("CERTIFICATE")) {
        wrong.add("entry " + i + " has bad block type: " + block.label());
      } else if (block.hasHeaders()) {
        wrong.add("entry " + i + " has PEM block headers");
      } else {
        var certificate = block.certificate();
        if (certificate.isEmpty()) {
          wrong.add("entry " + i + " does not parse as X.509");
        } else if (certificate.get().getBasicConstraints() < 0) {
          wrong.add("entry " + i + " does not have the CA bit set");
        } else {
          places
              .computeIfAbsent(HexFormat.of().formatHex(block.content()), _ -> new ArrayList<>())
              .add(i);
        }
      }
    }
    if (wrong.isEmpty() && places.isEmpty()) {
      wrong.add("at least one trust anchor must be provided");
    } else if (wrong.isEmpty()) {
      places.values().stream()
          .filter(indices -> indices.size() > 1)
          .forEach(indices -> wrong.add("duplicate trust anchor (indices " + text(indices) + ")"));
    }
    wrong.forEach(detail -> problems.invalid(bundle, OMITTED, detail));
  }

  private static String text(List<Integer> indices) {
    return indices.stream().map(String::valueOf).collect(Collectors.joining(" ", "[", "]"));
  }
}
