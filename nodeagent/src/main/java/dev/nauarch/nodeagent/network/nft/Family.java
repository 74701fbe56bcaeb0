package dev.nauarch.nodeagent.network.nft;

import java.net.InetAddress;
import java.util.Optional;

/** The two families of addresses, in the words of nftables. */
public enum Family {
  /** Version 4. */
  IPV4("ip", "ipv4_addr", "127.0.0.0/8"),
  /** Version 6. */
  IPV6("ip6", "ipv6_addr", "::1");

  private final String word;
  private final String type;
  private final String loopback;

  Family(String word, String type, String loopback) {
    this.word = word;
    this.type = type;
    this.loopback = loopback;
  }

  /** What a packet's header and a table are called. */
  public String word() {
    return word;
  }

  /** The type of an address in a set. */
  public String type() {
    return type;
  }

  /** The addresses that a machine has for itself. */
  public String loopback() {
    return loopback;
  }

  /** Whether an address, or a range of them, is of this family. */
  public boolean has(String address) {
    return address.contains(":") == (this == IPV6);
  }

  /** An address and a port, as in a URL. */
  public String join(String address, int port) {
    return (this == IPV6 ? "[" + address + "]" : address) + ":" + port;
  }

  /** An address in the one form that it is known by here; empty where the text is none. */
  public static Optional<String> normal(String text) {
    try {
      return Optional.of(InetAddress.ofLiteral(text).getHostAddress());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
