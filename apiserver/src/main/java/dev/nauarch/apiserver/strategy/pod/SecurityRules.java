package dev.nauarch.apiserver.strategy.pod;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import java.util.regex.Pattern;

/** What is wrong with security contexts. */
final class SecurityRules {

  private static final long ID_MAX = Integer.MAX_VALUE;
  private static final Pattern SYSCTL =
      Pattern.compile("([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?");

  private SecurityRules() {}

  static void pod(Problems problems, Field spec) {
    var context = spec.at("securityContext");
    ids(problems, context);
    problems.range(context.at("fsGroup"), 0, ID_MAX);
    context.at("supplementalGroups").items().forEach(group -> problems.range(group, 0, ID_MAX));
    problems.oneOf(context.at("fsGroupChangePolicy"), "Always", "OnRootMismatch");
    problems.oneOf(context.at("supplementalGroupsPolicy"), "Merge", "Strict");
    problems.unique(
        context.at("sysctls").items().stream().map(sysctl -> sysctl.at("name")).toList());
    for (var sysctl : context.at("sysctls").items()) {
      if (problems.require(sysctl.at("name"))
          && !SYSCTL.matcher(sysctl.at("name").text()).matches()) {
        problems.invalid(
            sysctl.at("name"),
            "must have at most 253 characters and match regex " + SYSCTL.pattern());
      }
    }
    if (spec.at("hostUsers").isPresent() && !spec.at("hostUsers").flag(true)) {
      for (var name : List.of("hostNetwork", "hostPID", "hostIPC")) {
        if (spec.at(name).flag(false)) {
          problems.forbidden(spec.at(name), "when `hostUsers` is false");
        }
      }
    }
  }

  static void container(Problems problems, Field context) {
    ids(problems, context);
    problems.oneOf(context.at("procMount"), "Default", "Unmasked");
    boolean forbidsEscalation = !context.at("allowPrivilegeEscalation").flag(true);
    if (forbidsEscalation && context.at("privileged").flag(false)) {
      problems.invalid(
          context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
    }
    if (forbidsEscalation
        && context.at("capabilities", "add").items().stream()
            .anyMatch(item -> item.is("CAP_SYS_ADMIN"))) {
      problems.invalid(
          context,
          "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
    }
  }

  private static void ids(Problems problems, Field context) {
    problems.range(context.at("runAsUser"), 0, ID_MAX);
    problems.range(context.at("runAsGroup"), 0, ID_MAX);
    profile(problems, context.at("seccompProfile"), "must be set when seccomp type is Localhost");
    profile(problems, context.at("appArmorProfile"), "must be set when AppArmor type is Localhost");
  }

  private static void profile(Problems problems, Field profile, String lacksFile) {
    if (!profile.isPresent()) {
      return;
    }
    problems.requireOneOf(profile.at("type"), "Localhost", "RuntimeDefault", "Unconfined");
    var file = profile.at("localhostProfile");
    if (profile.at("type").is("Localhost")) {
      if (file.isEmpty()) {
        problems.required(file, lacksFile);
      } else {
        problems.form(file, Forms::localPath);
      }
    } else if (file.isPresent()) {
      problems.invalid(file, "can only be set when type is Localhost");
    }
  }
}
