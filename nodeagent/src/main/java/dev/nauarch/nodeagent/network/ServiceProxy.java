package dev.nauarch.nodeagent.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/**
 * Keeps the cluster's table in nftables as its services want it. Connections that are under way are
 * not touched: a translation, once made, is kept by the kernel.
 */
public final class ServiceProxy implements Consumer<ClusterServices> {
  private final NetworkOptions options;
  private String applied = "";

  /**
   * @param options the node's network
   */
  public ServiceProxy(NetworkOptions options) {
    this.options = options;
  }

  @Override
  public void accept(ClusterServices services) {
    var script = ServiceRules.script(options.table(), options.podCidr(), services);
    if (script.equals(applied)) {
      return;
    }
    try {
      Tool.run(script, "nft", "-f", "-");
      applied = script;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
