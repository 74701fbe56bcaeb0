package dev.nauarch.apiserver.port;

import java.util.Set;

/**
 * Whether those who show nothing are let in, as {@link User#ANONYMOUS}.
 *
 * @param areLetIn whether they are at all
 * @param paths where alone they are; empty for everywhere
 */
public record Strangers(boolean areLetIn, Set<String> paths) {

  /** They are, everywhere: what they may do is authorization's to say. */
  public static final Strangers WELCOME = new Strangers(true, Set.of());

  /** Copies the paths. */
  public Strangers {
    paths = Set.copyOf(paths);
  }

  /** Whether one who asks for a path is let in. */
  public boolean mayAskFor(String path) {
    return areLetIn && (paths.isEmpty() || paths.contains(path));
  }
}
