package dev.nauarch.apiserver.object;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which texts are addresses and ranges in their one form, and what is said of the others. */
class AddressesTest {

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          10.0.0.1,        ''
          0.0.0.0,         ''
          256.0.0.1,       'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
          10.0.0,          'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
          10.0.0.01,       must not have leading 0s
          2001:db8::1,     ''
          ::,              ''
          1:0:0:2:0:0:0:3, 'must be in canonical form ("1:0:0:2::3")'
          2001:DB8::1,     'must be in canonical form ("2001:db8::1")'
          ::ffff:10.0.0.1, must not be an IPv4-mapped IPv6 address
          fe80::1%eth0,    'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
          """)
  void anAddressHasOneForm(String text, String why) {
    assertEquals(why, Addresses.canonicalAddress(text).orElse(""));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          10.0.0.0/8,       ''
          10.0.0.0/33,      'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'
          10.0.0.0,         'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'
          10.0.0.0/-1,      'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'
          10.0.0.0/08,      must not have leading 0s in IP or prefix length
          10.0.0.1/8,       must not have bits set beyond the prefix length
          0.0.0.0/0,        ''
          2001:db8::/32,    ''
          2001:db8:0::/48,  'must be in canonical form ("2001:db8::/48")'
          """)
  void aRangeHasOneForm(String text, String why) {
    assertEquals(why, Addresses.canonicalRange(text).orElse(""));
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.0.0/16, 10.0.0.0/8, true",
    "10.0.0.0/8, 10.0.0.0/8, false",
    "11.0.0.0/16, 10.0.0.0/8, false",
    "2001:db8::/64, 10.0.0.0/8, false",
    "x, 10.0.0.0/8, false"
  })
  void aRangeIsWithinALargerOne(String inner, String outer, boolean isWithin) {
    assertEquals(isWithin, Addresses.isWithin(inner, outer));
  }
}
