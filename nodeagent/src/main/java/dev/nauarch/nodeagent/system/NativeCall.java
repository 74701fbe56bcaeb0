package dev.nauarch.nodeagent.system;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** Functions of the C library that fail by errno. */
public final class NativeCall {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO_VALUE =
      ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private NativeCall() {}

  /** A call whose arguments are all set but the place for errno. */
  public interface Bound {
    /** Calls; a negative answer says that errno is set. */
    long apply(MemorySegment errno) throws Throwable;
  }

  /**
   * A function; its handle takes the place for errno before the function's own parameters.
   *
   * @param firstVariadic the index of the first variadic parameter; -1 for none
   */
  // The launcher passes --enable-native-access.
  @SuppressWarnings("restricted")
  public static MethodHandle function(
      String name, MemoryLayout result, int firstVariadic, MemoryLayout... parameters) {
    var address = LINKER.defaultLookup().findOrThrow(name);
    var descriptor = FunctionDescriptor.of(result, parameters);
    var errno = Linker.Option.captureCallState("errno");
    return firstVariadic < 0
        ? LINKER.downcallHandle(address, descriptor, errno)
        : LINKER.downcallHandle(
            address, descriptor, errno, Linker.Option.firstVariadicArg(firstVariadic));
  }

  /** Runs a call; a failure is given back as minus errno. */
  public static long result(Bound bound) {
    try (var arena = Arena.ofConfined()) {
      var errno = arena.allocate(ERRNO);
      var answer = bound.apply(errno);
      return answer < 0 ? -(int) ERRNO_VALUE.get(errno, 0L) : answer;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a system call threw", e);
    }
  }

  /**
   * The answer of a call that has to succeed.
   *
   * @throws IOException where it did not
   */
  public static long check(String what, long answer) throws IOException {
    if (answer < 0) {
      throw new IOException(what + " failed with errno " + -answer);
    }
    return answer;
  }
}
