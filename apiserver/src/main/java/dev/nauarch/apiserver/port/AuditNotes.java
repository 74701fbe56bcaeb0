package dev.nauarch.apiserver.port;

import java.util.function.Supplier;

/**
 * What the audit log is told of the request that a thread works for, by whichever part of the
 * server knows it. Where no request is written down it costs nothing and goes nowhere.
 */
public final class AuditNotes {

  private static final ScopedValue<Taker> CURRENT = ScopedValue.newInstance();

  /** Takes what is said of one request. */
  public interface Taker {

    /** Who sends it, and who it is to be taken for. */
    void known(User sender, User user);

    /** What it wants. */
    void asked(Attributes wanted);

    /** Something about it; the first word for a key holds. */
    void annotate(String key, String value);

    /** Whether more is kept of it than who asked what. */
    boolean keepsRequest();
  }

  private AuditNotes() {}

  /** Has all that is said during some work taken. */
  public static <T> T during(Taker taker, Supplier<T> work) {
    return ScopedValue.where(CURRENT, taker).call(work::get);
  }

  /** The same work for another thread, of which is said what is said of this one's. */
  public static Runnable carried(Runnable work) {
    if (!CURRENT.isBound()) {
      return work;
    }
    var taker = CURRENT.get();
    return () -> ScopedValue.where(CURRENT, taker).run(work);
  }

  /** Says who sends the request, and who it is to be taken for. */
  public static void known(User sender, User user) {
    if (CURRENT.isBound()) {
      CURRENT.get().known(sender, user);
    }
  }

  /** Says what the request wants. */
  public static void asked(Attributes wanted) {
    if (CURRENT.isBound()) {
      CURRENT.get().asked(wanted);
    }
  }

  /**
   * Says something of the request.
   *
   * @param key for example {@code authorization.k8s.io/decision}
   */
  public static void annotate(String key, String value) {
    if (CURRENT.isBound()) {
      CURRENT.get().annotate(key, value);
    }
  }

  /**
   * Says something of the request that only who reads its body may know.
   *
   * @param value made only where it is kept
   */
  public static void annotateInDetail(String key, Supplier<String> value) {
    if (CURRENT.isBound() && CURRENT.get().keepsRequest()) {
      CURRENT.get().annotate(key, value.get());
    }
  }
}
