package dev.nauarch.apiserver.strategy.network;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.random.RandomGenerator;

/**
 * The addresses of a network from which services are given theirs: all but the first, which names
 * the network, and the last of IPv4, which is for broadcasts.
 *
 * @param cidr the network, for example {@code 10.96.0.0/16}
 */
public record AddressRange(String cidr) {

  private static final int RESERVED_MIN = 16;
  private static final int RESERVED_MAX = 256;

  /** Refuses a text that is no network. */
  public AddressRange {
    if (cidr.indexOf('/') < 0 || prefix(cidr) < 0) {
      throw new IllegalArgumentException("not a network: " + cidr);
    }
  }

  /** Whether an address belongs to the range. */
  public boolean contains(String address) {
    try {
      var bytes = InetAddress.ofLiteral(address).getAddress();
      var offset = new BigInteger(1, bytes).subtract(first());
      return bytes.length == base(cidr).length
          && offset.signum() > 0
          && offset.compareTo(size().subtract(isIpv4() ? BigInteger.ONE : BigInteger.ZERO)) < 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * An address for who asks for any. The lowest ones are left to who asks for one by name, so that
   * well-known addresses stay free for as long as possible.
   */
  public String pick(RandomGenerator random) {
    long size = size().min(BigInteger.valueOf(Integer.MAX_VALUE)).longValueExact();
    long reserved = Math.min(Math.max(RESERVED_MIN, size / 16), RESERVED_MAX);
    long from = size > 2 * reserved ? reserved : 1;
    long last = size - (isIpv4() ? 1 : 0);
    return at(random.nextLong(from, Math.max(last, from + 1)));
  }

  /** The address at an offset from the start of the network. */
  public String at(long offset) {
    var bytes = first().add(BigInteger.valueOf(offset)).toByteArray();
    var address = new byte[base(cidr).length];
    int length = Math.min(bytes.length, address.length);
    System.arraycopy(bytes, bytes.length - length, address, address.length - length, length);
    try {
      return InetAddress.getByAddress(address).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether it is a network of IPv4. */
  public boolean isIpv4() {
    return base(cidr).length == 4;
  }

  private BigInteger first() {
    int free = base(cidr).length * 8 - prefix(cidr);
    return new BigInteger(1, base(cidr)).shiftRight(free).shiftLeft(free);
  }

  private BigInteger size() {
    return BigInteger.ONE.shiftLeft(base(cidr).length * 8 - prefix(cidr));
  }

  private static byte[] base(String cidr) {
    return InetAddress.ofLiteral(cidr.substring(0, cidr.indexOf('/'))).getAddress();
  }

  private static int prefix(String cidr) {
    int length = Integer.parseInt(cidr.substring(cidr.indexOf('/') + 1));
    return length <= base(cidr).length * 8 ? length : -1;
  }
}
