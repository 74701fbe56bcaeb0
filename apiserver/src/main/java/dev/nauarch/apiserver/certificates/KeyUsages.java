package dev.nauarch.apiserver.certificates;

import dev.nauarch.client.tls.Der;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a certificate may be used for, by the names that CertificateSigningRequests give it. */
public final class KeyUsages {

  /** The bit of the extension key usage, by name. */
  private static final Map<String, Integer> BITS =
      Map.of(
          "signing", 0,
          "digital signature", 0,
          "content commitment", 1,
          "key encipherment", 2,
          "data encipherment", 3,
          "key agreement", 4,
          "cert sign", 5,
          "crl sign", 6,
          "encipher only", 7,
          "decipher only", 8);

  /** The object identifiers of the extension extended key usage, by name. */
  private static final Map<String, String> PURPOSES = new LinkedHashMap<>();

  static {
    PURPOSES.put("any", "2.5.29.37.0");
    PURPOSES.put("server auth", "1.3.6.1.5.5.7.3.1");
    PURPOSES.put("client auth", "1.3.6.1.5.5.7.3.2");
    PURPOSES.put("code signing", "1.3.6.1.5.5.7.3.3");
    PURPOSES.put("email protection", "1.3.6.1.5.5.7.3.4");
    PURPOSES.put("s/mime", "1.3.6.1.5.5.7.3.4");
    PURPOSES.put("ipsec end system", "1.3.6.1.5.5.7.3.5");
    PURPOSES.put("ipsec tunnel", "1.3.6.1.5.5.7.3.6");
    PURPOSES.put("ipsec user", "1.3.6.1.5.5.7.3.7");
    PURPOSES.put("timestamping", "1.3.6.1.5.5.7.3.8");
    PURPOSES.put("ocsp signing", "1.3.6.1.5.5.7.3.9");
    PURPOSES.put("microsoft sgc", "1.3.6.1.4.1.311.10.3.3");
    PURPOSES.put("netscape sgc", "2.16.840.1.113730.4.1");
  }

  private KeyUsages() {}

  /** All names. */
  public static List<String> names() {
    var names = new ArrayList<>(BITS.keySet());
    names.addAll(PURPOSES.keySet());
    names.sort(null);
    return names;
  }

  /** The value of the extension key usage; empty where none of the names belongs there. */
  static Optional<byte[]> bits(Collection<String> names) {
    var set = new byte[2];
    int last = -1;
    for (var name : names) {
      var bit = BITS.get(name);
      if (bit != null) {
        set[bit / 8] |= (byte) (0x80 >> (bit % 8));
        last = Math.max(last, bit);
      }
    }
    return last < 0
        ? Optional.empty()
        : Optional.of(Der.bits(7 - last % 8, Arrays.copyOf(set, last / 8 + 1)));
  }

  /** The value of the extension extended key usage; empty where no name belongs there. */
  static Optional<byte[]> purposes(Collection<String> names) {
    var wanted = Set.copyOf(names);
    var oids =
        PURPOSES.entrySet().stream()
            .filter(purpose -> wanted.contains(purpose.getKey()))
            .map(Map.Entry::getValue)
            .distinct()
            .map(Der::oid)
            .toArray(byte[][]::new);
    return oids.length == 0 ? Optional.empty() : Optional.of(Der.sequence(oids));
  }
}
