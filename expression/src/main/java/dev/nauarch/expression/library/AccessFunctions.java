package dev.nauarch.expression.library;

import com.google.re2j.Pattern;
import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.nauarch.expression.AccessCheck;
import dev.nauarch.expression.AccessCheck.Answer;
import dev.nauarch.expression.AccessCheck.Question;
import dev.nauarch.expression.AccessCheck.Resource;
import dev.nauarch.expression.AccessCheck.Selectors;
import dev.nauarch.expression.AccessCheck.Subject;
import dev.nauarch.expression.library.FunctionList.Arg;

/** Functions that ask who may do what. */
public final class AccessFunctions {

  private static final CelType AUTHORIZER =
      OpaqueType.create("kubernetes.authorization.Authorizer");
  private static final CelType PATH = OpaqueType.create("kubernetes.authorization.PathCheck");
  private static final CelType GROUP = OpaqueType.create("kubernetes.authorization.GroupCheck");
  private static final CelType RESOURCE =
      OpaqueType.create("kubernetes.authorization.ResourceCheck");
  private static final CelType DECISION = OpaqueType.create("kubernetes.authorization.Decision");

  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final int SUBDOMAIN_LENGTH_MAX = 253;

  private static final Arg<String> TEXT = new Arg<>(SimpleType.STRING, String.class);
  private static final Arg<Anything> ANYTHING = new Arg<>(AUTHORIZER, Anything.class);
  private static final Arg<OfGroup> OF_GROUP = new Arg<>(GROUP, OfGroup.class);
  private static final Arg<OfPath> OF_PATH = new Arg<>(PATH, OfPath.class);
  private static final Arg<OfResource> OF_RESOURCE = new Arg<>(RESOURCE, OfResource.class);
  private static final Arg<Answer> ANSWER = new Arg<>(DECISION, Answer.class);

  private AccessFunctions() {}

  private record Anything(AccessCheck check, Subject subject) {}

  private record OfGroup(Anything by, String group) {}

  private record OfPath(Anything by, String path) {
    private Answer check(String verb) {
      return by.check.ask(new Question(by.subject, verb, path, Resource.NONE));
    }
  }

  private record OfResource(Anything by, Resource of) {
    private Answer check(String verb) {
      return by.check.ask(new Question(by.subject, verb, "", of));
    }

    private OfResource subresource(String name) {
      return with(
          new Resource(of.group(), of.plural(), name, of.namespace(), of.name(), of.selectors()));
    }

    private OfResource namespace(String name) {
      return with(
          new Resource(of.group(), of.plural(), of.subresource(), name, of.name(), of.selectors()));
    }

    private OfResource name(String name) {
      return with(
          new Resource(
              of.group(), of.plural(), of.subresource(), of.namespace(), name, of.selectors()));
    }

    private OfResource selecting(Selectors selectors) {
      return with(
          new Resource(
              of.group(), of.plural(), of.subresource(), of.namespace(), of.name(), selectors));
    }

    private OfResource with(Resource other) {
      return new OfResource(by, other);
    }
  }

  /** The value that begins every question. */
  public static Object authorizer(AccessCheck check) {
    return new Anything(check, Subject.SENDER);
  }

  /** The value that asks about one resource. */
  public static Object resource(AccessCheck check, Resource resource) {
    return new OfResource(new Anything(check, Subject.SENDER), resource);
  }

  static void addTo(FunctionList f) {
    f.member("path", PATH, ANYTHING, TEXT, (by, path) -> new OfPath(by, notBlank(path, "path")));
    f.member("group", GROUP, ANYTHING, TEXT, OfGroup::new);
    f.member(
        "serviceAccount",
        AUTHORIZER,
        ANYTHING,
        TEXT,
        TEXT,
        args -> account((Anything) args[0], (String) args[1], (String) args[2]));
    f.member(
        "resource",
        RESOURCE,
        OF_GROUP,
        TEXT,
        (group, plural) ->
            new OfResource(
                group.by,
                new Resource(
                    group.group, notBlank(plural, "resource"), "", "", "", new Selectors("", ""))));
    f.member("subresource", RESOURCE, OF_RESOURCE, TEXT, OfResource::subresource);
    f.member("namespace", RESOURCE, OF_RESOURCE, TEXT, OfResource::namespace);
    f.member("name", RESOURCE, OF_RESOURCE, TEXT, OfResource::name);
    f.member(
        "fieldSelector",
        RESOURCE,
        OF_RESOURCE,
        TEXT,
        (check, text) -> check.selecting(new Selectors(text, check.of.selectors().labels())));
    f.member(
        "labelSelector",
        RESOURCE,
        OF_RESOURCE,
        TEXT,
        (check, text) -> check.selecting(new Selectors(check.of.selectors().fields(), text)));
    f.member("check", DECISION, OF_RESOURCE, TEXT, OfResource::check);
    f.member("check", DECISION, OF_PATH, TEXT, OfPath::check);
    f.member("allowed", SimpleType.BOOL, ANSWER, Answer::isAllowed);
    f.member("reason", SimpleType.STRING, ANSWER, Answer::reason);
    f.member("errored", SimpleType.BOOL, ANSWER, answer -> !answer.error().isEmpty());
    f.member("error", SimpleType.STRING, ANSWER, Answer::error);
  }

  private static String notBlank(String text, String what) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(what + " must not be empty");
    }
    return text;
  }

  private static Anything account(Anything by, String namespace, String name) {
    if (name.length() > SUBDOMAIN_LENGTH_MAX || !SUBDOMAIN.matches(name)) {
      throw new IllegalArgumentException("Invalid service account name");
    }
    if (!LABEL.matches(namespace)) {
      throw new IllegalArgumentException("Invalid service account namespace");
    }
    return new Anything(by.check, new Subject(namespace, name));
  }
}
