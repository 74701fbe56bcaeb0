package dev.nauarch.apiserver.strategy.trust;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.strategy.field.ConditionRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rules of what a signer answers to a request for a certificate of a pod. An answer is final.
 *
 * @param problems takes what is wrong
 * @param now the time
 */
record PodCertificateStatus(Problems problems, Instant now) {

  private static final Set<String> OTHERS = Set.of("Denied", "Failed");
  private static final List<String> TIMES = List.of("notBefore", "notAfter", "beginRefreshAt");
  private static final Integer EMAIL = 1;
  private static final Integer DNS_NAME = 2;
  private static final Pattern EMAIL_FORM = Pattern.compile("[^@\\s<>]+@[^@\\s<>]+");
  private static final int CHAIN_BYTES_MAX = 100 * 1024;
  private static final Duration SKEW = Duration.ofMinutes(5);
  private static final Duration REFRESH_MARGIN = Duration.ofMinutes(10);
  private static final Duration LIFETIME_MIN = Duration.ofHours(1);
  private static final String BLOCKS =
      "issued certificate chain must consist entirely of CERTIFICATE PEM blocks";

  /** Checks a written status. */
  void check(Field request, Field old) {
    var status = request.at("status");
    var before = problems.errors().size();
    conditions(status.at("conditions"));
    if (problems.errors().size() > before) {
      return;
    }
    if (isFinal(old)) {
      if (!status.hasValueOf(old.at("status"))) {
        problems.invalidUnshown(
            status, "immutable after PodCertificateRequest is issued, denied, or failed");
      }
    } else if (OTHERS.stream().anyMatch(type -> holds(request, type))) {
      if (((ObjectNode) status.node()).size() > 1) {
        problems.invalidUnshown(
            status,
            "non-condition status fields must be empty when denying or failing the"
                + " PodCertificateRequest");
      }
    } else if (holds(request, "Issued")) {
      issued(request);
    } else if (!status.hasValueOf(old.at("status"))) {
      problems.invalidUnshown(
          status,
          "status is immutable unless transitioning to \"Issued\", \"Denied\", or \"Failed\"");
    }
  }

  private static boolean holds(Field request, String type) {
    return ConditionRules.holds(request.at("status", "conditions"), type);
  }

  private static boolean isFinal(Field request) {
    return holds(request, "Issued") || OTHERS.stream().anyMatch(type -> holds(request, type));
  }

  private void conditions(Field conditions) {
    int known = 0;
    for (var condition : conditions.items()) {
      var type = condition.at("type");
      if (!type.is("Issued") && !OTHERS.contains(type.text())) {
        problems.notSupported(type, List.of("Denied", "Failed", "Issued"));
        continue;
      }
      known++;
      if (known > 1) {
        problems.invalid(
            type,
            "There may be at most one condition with type \"Issued\", \"Denied\", or \"Failed\"");
      }
      problems.oneOf(condition.at("status"), "True");
    }
    ConditionRules.check(problems, conditions);
  }

  private void issued(Field request) {
    var chain = request.at("status", "certificateChain");
    if (chain.text().length() > CHAIN_BYTES_MAX) {
      problems.tooLong(chain, CHAIN_BYTES_MAX);
      return;
    }
    var blocks = PemBlocks.of(chain.text());
    if (blocks.isEmpty()) {
      problems.invalid(chain, "issued certificate chain must contain at least one certificate");
      return;
    }
    if (!blocks.getFirst().label().equals("CERTIFICATE")) {
      problems.invalid(chain, BLOCKS);
      return;
    }
    var leaf = blocks.getFirst().certificate();
    if (leaf.isEmpty()) {
      problems.invalid(chain, "leaf certificate does not parse as valid X.509");
      return;
    }
    names(chain, leaf.get());
    var key = PodCertificateRules.key(request.at("spec", "stubPKCS10Request").text());
    if (key.isEmpty() || !key.get().equals(leaf.get().getPublicKey())) {
      problems.invalid(chain, "leaf certificate was not issued to the requested public key");
      return;
    }
    if (times(request, leaf.get())) {
      rest(chain, blocks.subList(1, blocks.size()));
    }
  }

  private void names(Field chain, X509Certificate leaf) {
    try {
      var names = leaf.getSubjectAlternativeNames();
      if (names == null) {
        return;
      }
      for (var name : names) {
        var text = String.valueOf(name.get(1));
        if (name.get(0).equals(DNS_NAME)) {
          dnsName(chain, text);
        } else if (name.get(0).equals(EMAIL) && !EMAIL_FORM.matcher(text).matches()) {
          problems.invalid(
              chain, Json.quoted(text), "leaf certificate should not contain invalid EmailAddress");
        }
      }
    } catch (CertificateParsingException e) {
      problems.invalid(chain, "leaf certificate does not parse as valid X.509");
    }
  }

  private void dnsName(Field chain, String name) {
    var shown = Json.quoted(name);
    if (name.isEmpty()) {
      problems.invalid(chain, shown, "leaf certificate should not contain empty DNSName");
    }
    if (name.contains("..")) {
      problems.invalid(chain, shown, "leaf certificate's DNSName should not contain '..'");
    }
    if (name.startsWith(".") || name.endsWith(".")) {
      problems.invalid(chain, shown, "leaf certificate's DNSName should not start or end with '.'");
    }
  }

  private void rest(Field chain, List<PemBlocks.Block> blocks) {
    for (var block : blocks) {
      if (!block.label().equals("CERTIFICATE")) {
        problems.invalid(chain, BLOCKS);
      } else if (block.certificate().isEmpty()) {
        problems.invalid(chain, "intermediate certificate does not parse as valid X.509");
      }
    }
  }

  /** Checks when the certificate is valid; says whether all is well. */
  private boolean times(Field request, X509Certificate leaf) {
    var status = request.at("status");
    boolean isComplete = true;
    for (var name : TIMES) {
      if (!status.at(name).isPresent()) {
        problems.required(
            status.at(name),
            name.equals("beginRefreshAt")
                ? "must be present and in the range [notbefore+10min, notafter-10min]"
                : "must be present and consistent with the issued certificate");
        isComplete = false;
      }
    }
    if (!isComplete) {
      return false;
    }
    var begin = status.at("notBefore");
    var end = status.at("notAfter");
    var refresh = status.at("beginRefreshAt");
    var lifetime =
        Duration.between(leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant());
    long seconds = request.at("spec", "maxExpirationSeconds").number(0);
    if (!time(begin).equals(leaf.getNotBefore().toInstant())) {
      problems.invalid(begin, "must be set to the NotBefore time encoded in the leaf certificate");
    } else if (Duration.between(time(begin), now).abs().compareTo(SKEW) >= 0) {
      problems.invalid(begin, "must be set to within 5 minutes of kube-apiserver's current time");
    } else if (!time(end).equals(leaf.getNotAfter().toInstant())) {
      problems.invalid(end, "must be set to the NotAfter time encoded in the leaf certificate");
    } else if (lifetime.compareTo(LIFETIME_MIN) < 0) {
      problems.invalid(
          status.at("certificateChain"),
          '"' + lifetime.toString() + '"',
          "leaf certificate lifetime must be >= 1 hour");
    } else if (lifetime.toSeconds() > seconds) {
      problems.invalid(
          status.at("certificateChain"),
          '"' + lifetime.toString() + '"',
          "leaf certificate lifetime must be <= spec.maxExpirationSeconds (" + seconds + ")");
    } else if (time(refresh).isBefore(time(begin).plus(REFRESH_MARGIN))) {
      problems.invalid(refresh, "must be at least 10 minutes after status.notBefore");
    } else if (time(refresh).isAfter(time(end).minus(REFRESH_MARGIN))) {
      problems.invalid(refresh, "must be at least 10 minutes before status.notAfter");
    } else {
      return true;
    }
    return false;
  }

  private static Instant time(Field field) {
    return Instant.parse(field.text());
  }
}
