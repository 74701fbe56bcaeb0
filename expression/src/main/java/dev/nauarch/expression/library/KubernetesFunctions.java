package dev.nauarch.expression.library;

import com.google.re2j.Pattern;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompilerLibrary;
import dev.cel.runtime.CelFunctionOverload;
import dev.cel.runtime.CelRuntimeLibrary;
import dev.nauarch.expression.library.Formats.NamedFormat;
import dev.nauarch.expression.library.FunctionList.Arg;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All functions that Kubernetes adds, as one library. */
public final class KubernetesFunctions {

  private static final CelType QUANTITY = OpaqueType.create("kubernetes.Quantity");
  private static final CelType SEMVER = OpaqueType.create("kubernetes.Semver");
  private static final CelType IP = OpaqueType.create("net.IP");
  private static final CelType CIDR = OpaqueType.create("net.CIDR");
  private static final CelType URL = OpaqueType.create("kubernetes.URL");
  private static final CelType FORMAT = OpaqueType.create("kubernetes.NamedFormat");

  private static final Arg<String> TEXT = new Arg<>(SimpleType.STRING, String.class);
  private static final Arg<Long> WHOLE = new Arg<>(SimpleType.INT, Long.class);
  private static final Arg<Boolean> FLAG = new Arg<>(SimpleType.BOOL, Boolean.class);
  private static final Arg<Quantity> AMOUNT = new Arg<>(QUANTITY, Quantity.class);
  private static final Arg<Semver> VERSION = new Arg<>(SEMVER, Semver.class);
  private static final Arg<IpAddress> ADDRESS = new Arg<>(IP, IpAddress.class);
  private static final Arg<CidrBlock> BLOCK = new Arg<>(CIDR, CidrBlock.class);
  private static final Arg<ParsedUrl> LOCATION = new Arg<>(URL, ParsedUrl.class);

  private static final FunctionList FUNCTIONS = new FunctionList();

  static {
    quantities();
    versions();
    addresses();
    blocks();
    locations();
    formats();
    patterns();
    ListFunctions.addTo(FUNCTIONS);
    AccessFunctions.addTo(FUNCTIONS);
  }

  /** The functions, for a compiler and for a runtime. */
  public static final Both LIBRARY = new Both(FUNCTIONS);

  /** A library for a compiler and for a runtime. */
  public static final class Both implements CelCompilerLibrary, CelRuntimeLibrary {
    private final FunctionList functions;

    Both(FunctionList functions) {
      this.functions = functions;
    }

    @Override
    public void setCheckerOptions(dev.cel.checker.CelCheckerBuilder checkerBuilder) {
      functions.setCheckerOptions(checkerBuilder);
    }

    @Override
    public void setRuntimeOptions(dev.cel.runtime.CelRuntimeBuilder runtimeBuilder) {
      functions.setRuntimeOptions(runtimeBuilder);
    }
  }

  private KubernetesFunctions() {}

  private static void quantities() {
    var f = FUNCTIONS;
    f.function("isQuantity", SimpleType.BOOL, TEXT, text -> Quantity.parse(text).isPresent());
    f.function("quantity", QUANTITY, TEXT, text -> need(Quantity.parse(text), "quantity", text));
    f.member("sign", SimpleType.INT, AMOUNT, a -> (long) a.value().signum());
    f.member("isInteger", SimpleType.BOOL, AMOUNT, Quantity::isInteger);
    f.member("asInteger", SimpleType.INT, AMOUNT, KubernetesFunctions::whole);
    f.member("asApproximateFloat", SimpleType.DOUBLE, AMOUNT, a -> a.value().doubleValue());
    f.member("add", QUANTITY, AMOUNT, AMOUNT, (a, b) -> new Quantity(a.value().add(b.value())));
    f.member(
        "sub", QUANTITY, AMOUNT, AMOUNT, (a, b) -> new Quantity(a.value().subtract(b.value())));
    f.member("add", QUANTITY, AMOUNT, WHOLE, (a, b) -> new Quantity(a.value().add(big(b))));
    f.member("sub", QUANTITY, AMOUNT, WHOLE, (a, b) -> new Quantity(a.value().subtract(big(b))));
    comparisons(AMOUNT);
  }

  private static BigDecimal big(Long number) {
    return BigDecimal.valueOf(number);
  }

  private static long whole(Quantity quantity) {
    if (!quantity.isInteger()) {
      throw new IllegalArgumentException("cannot convert value to integer");
    }
    return quantity.value().longValueExact();
  }

  private static void versions() {
    var f = FUNCTIONS;
    f.function("isSemver", SimpleType.BOOL, TEXT, text -> Semver.parse(text).isPresent());
    f.function("isSemver", SimpleType.BOOL, TEXT, FLAG, (t, lax) -> version(t, lax).isPresent());
    f.function("semver", SEMVER, TEXT, text -> need(Semver.parse(text), "semver", text));
    f.function(
        "semver", SEMVER, TEXT, FLAG, (text, lax) -> need(version(text, lax), "semver", text));
    f.member("major", SimpleType.INT, VERSION, Semver::major);
    f.member("minor", SimpleType.INT, VERSION, Semver::minor);
    f.member("patch", SimpleType.INT, VERSION, Semver::patch);
    comparisons(VERSION);
  }

  private static Optional<Semver> version(String text, boolean isLenient) {
    return isLenient ? Semver.parseLenient(text) : Semver.parse(text);
  }

  private static <A extends Comparable<A>> void comparisons(Arg<A> of) {
    var f = FUNCTIONS;
    f.member("isGreaterThan", SimpleType.BOOL, of, of, (a, b) -> a.compareTo(b) > 0);
    f.member("isLessThan", SimpleType.BOOL, of, of, (a, b) -> a.compareTo(b) < 0);
    f.member("compareTo", SimpleType.INT, of, of, (a, b) -> (long) a.compareTo(b));
  }

  private static void addresses() {
    var f = FUNCTIONS;
    f.function("isIP", SimpleType.BOOL, TEXT, text -> IpAddress.parse(text).isPresent());
    f.function("ip", IP, TEXT, text -> need(IpAddress.parse(text), "IP address", text));
    f.function(
        "ip.isCanonical",
        SimpleType.BOOL,
        TEXT,
        text -> need(IpAddress.parse(text), "IP address", text).toString().equals(text));
    f.function("string", SimpleType.STRING, ADDRESS, IpAddress::toString);
    f.member("family", SimpleType.INT, ADDRESS, a -> (long) a.family());
    about("isUnspecified", IpAddress::isUnspecified);
    about("isLoopback", IpAddress::isLoopback);
    about("isLinkLocalMulticast", IpAddress::isLinkLocalMulticast);
    about("isLinkLocalUnicast", IpAddress::isLinkLocalUnicast);
    about("isGlobalUnicast", IpAddress::isGlobalUnicast);
  }

  private static void about(String name, CelFunctionOverload.Unary<IpAddress> question) {
    FUNCTIONS.member(name, SimpleType.BOOL, ADDRESS, question);
  }

  private static void blocks() {
    var f = FUNCTIONS;
    f.function("isCIDR", SimpleType.BOOL, TEXT, text -> CidrBlock.parse(text).isPresent());
    f.function("cidr", CIDR, TEXT, KubernetesFunctions::block);
    f.function("string", SimpleType.STRING, BLOCK, CidrBlock::toString);
    f.member("containsIP", SimpleType.BOOL, BLOCK, ADDRESS, CidrBlock::contains);
    f.member(
        "containsIP",
        SimpleType.BOOL,
        BLOCK,
        TEXT,
        (block, text) -> block.contains(need(IpAddress.parse(text), "IP address", text)));
    f.member("containsCIDR", SimpleType.BOOL, BLOCK, BLOCK, CidrBlock::contains);
    f.member("containsCIDR", SimpleType.BOOL, BLOCK, TEXT, (a, text) -> a.contains(block(text)));
    f.member("ip", IP, BLOCK, CidrBlock::address);
    f.member("masked", CIDR, BLOCK, CidrBlock::masked);
    f.member("prefixLength", SimpleType.INT, BLOCK, block -> (long) block.prefixLength());
  }

  private static CidrBlock block(String text) {
    return need(CidrBlock.parse(text), "CIDR", text);
  }

  private static void locations() {
    var f = FUNCTIONS;
    f.function("isURL", SimpleType.BOOL, TEXT, text -> ParsedUrl.parse(text).isPresent());
    f.function("url", URL, TEXT, text -> need(ParsedUrl.parse(text), "URL", text));
    f.member("getScheme", SimpleType.STRING, LOCATION, ParsedUrl::scheme);
    f.member("getHost", SimpleType.STRING, LOCATION, ParsedUrl::host);
    f.member("getHostname", SimpleType.STRING, LOCATION, ParsedUrl::hostname);
    f.member("getPort", SimpleType.STRING, LOCATION, ParsedUrl::port);
    f.member("getEscapedPath", SimpleType.STRING, LOCATION, ParsedUrl::path);
    f.member(
        "getQuery",
        MapType.create(SimpleType.STRING, ListType.create(SimpleType.STRING)),
        LOCATION,
        ParsedUrl::parameters);
  }

  private static void formats() {
    var texts = ListType.create(SimpleType.STRING);
    var f = FUNCTIONS;
    f.function(
        "format.named",
        OptionalType.create(FORMAT),
        TEXT,
        name -> Formats.named(name).map(format -> (Object) format));
    for (var format : Formats.all()) {
      var name = format.name();
      f.constant("format." + name, FORMAT, _ -> Formats.named(name).orElseThrow());
    }
    f.member(
        "validate",
        OptionalType.create(texts),
        new Arg<>(FORMAT, NamedFormat.class),
        TEXT,
        NamedFormat::problems);
    f.member("format", SimpleType.STRING, TEXT, Arg.listOf(SimpleType.DYN), TextFormat::fill);
  }

  private static void patterns() {
    var f = FUNCTIONS;
    f.member(
        "find",
        SimpleType.STRING,
        TEXT,
        TEXT,
        (text, pattern) -> {
          var match = Pattern.compile(pattern).matcher(text);
          return match.find() ? match.group() : "";
        });
    f.member(
        "findAll",
        ListType.create(SimpleType.STRING),
        TEXT,
        TEXT,
        (text, pattern) -> findAll(text, pattern, Long.MAX_VALUE));
    f.member(
        "findAll",
        ListType.create(SimpleType.STRING),
        TEXT,
        TEXT,
        WHOLE,
        args -> findAll((String) args[0], (String) args[1], (Long) args[2]));
  }

  private static List<String> findAll(String text, String pattern, long limit) {
    var found = new ArrayList<String>();
    var match = Pattern.compile(pattern).matcher(text);
    while ((limit < 0 || found.size() < limit) && match.find()) {
      found.add(match.group());
    }
    return found;
  }

  private static <T> T need(Optional<T> parsed, String what, String text) {
    return parsed.orElseThrow(
        () -> new IllegalArgumentException("invalid " + what + ": \"" + text + '"'));
  }
}
