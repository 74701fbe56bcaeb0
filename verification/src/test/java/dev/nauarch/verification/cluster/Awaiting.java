package dev.nauarch.verification.cluster;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.client.Patch;
import dev.nauarch.client.remote.RemoteClient;
import dev.nauarch.client.remote.RemoteOptions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A client of the namespace {@code default} that waits for what is still to come. */
final class Awaiting implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final RemoteOptions options;
  private final RemoteClient client;

  Awaiting(RemoteOptions options) {
    this.options = options;
    this.client = RemoteClient.connect(options);
  }

  RemoteOptions options() {
    return options;
  }

  RemoteClient client() {
    return client;
  }

  /** Applies an object; the namespace's service account may still be on its way. */
  <T extends HasMetadata> void apply(Resource<T> resource, String name, String json) {
    var deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        client.patch(resource, key(resource, name), Patch.apply("it", json));
        return;
      } catch (ApiException e) {
        if (e.code() != 403 || System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  <T extends HasMetadata> Optional<T> get(Resource<T> resource, String name) {
    return client.get(resource, key(resource, name));
  }

  private static ObjectKey key(Resource<?> resource, String name) {
    return new ObjectKey(resource.namespaced() ? "default" : "", name);
  }

  /** What a pod has printed. */
  String log(String pod) {
    return new String(
        client.raw("/api/v1/namespaces/default/pods/" + pod + "/log"), StandardCharsets.UTF_8);
  }

  /** Asks again until something is there and the condition holds. */
  <T> T await(Supplier<Optional<T>> source, Predicate<T> condition) {
    var deadline = System.nanoTime() + LIMIT.toNanos();
    var last = source.get();
    while (last.filter(condition).isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + LIMIT + "; last seen: " + last);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
      last = source.get();
    }
    return last.get();
  }

  /** Waits until a condition holds. */
  static void until(String what, BooleanSupplier condition) {
    var deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + LIMIT + ": " + what);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
