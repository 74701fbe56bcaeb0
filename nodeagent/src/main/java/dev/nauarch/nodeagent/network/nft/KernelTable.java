package dev.nauarch.nodeagent.network.nft;

import dev.nauarch.nodeagent.network.Tool;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a table in the kernel to what a {@link Ruleset} says. Connections that are under way are
 * not touched: a translation, once made, is kept by the kernel.
 *
 * <p>Each change is one transaction, which takes place as a whole or not at all. Where a difference
 * is refused, somebody else has changed the table: then all of it is replaced. Used by one thread.
 */
public final class KernelTable {
  private static final Logger LOG = LoggerFactory.getLogger(KernelTable.class);

  private final Ruleset ruleset;

  /** Keeps what is in the kernel for now; the first change replaces it. */
  public KernelTable(Ruleset ruleset) {
    this.ruleset = ruleset;
  }

  /**
   * Carries out what is to be done.
   *
   * @throws IOException where the kernel takes not even the whole; it then has what it had, and the
   *     next call tries again
   */
  public void bring() throws IOException {
    if (ruleset.isKnown()) {
      var difference = ruleset.script();
      if (difference.isEmpty()) {
        return;
      }
      try {
        Tool.run(difference, "nft", "-f", "-");
        ruleset.applied();
        return;
      } catch (IOException e) {
        LOG.warn("a change of rules was refused; all of them are sent again", e);
        ruleset.forget();
      }
    }
    Tool.run(ruleset.script(), "nft", "-f", "-");
    ruleset.applied();
  }
}
