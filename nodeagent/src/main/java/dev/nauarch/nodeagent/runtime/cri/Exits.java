package dev.nauarch.nodeagent.runtime.cri;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.nauarch.nodeagent.runtime.ContainerStatus;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import dev.nauarch.protocols.containerd.EventsGrpc;
import dev.nauarch.protocols.containerd.SubscribeRequest;
import dev.nauarch.protocols.containerd.TaskExit;
import dev.nauarch.protocols.cri.ContainerEventType;
import dev.nauarch.protocols.cri.GetEventsRequest;
import dev.nauarch.protocols.cri.RuntimeServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of containers that end, each once. Hears of them by the runtime's events: those of CRI
 * where it has them, else containerd's own. Whoever lists all containers now and then misses none,
 * also of a runtime that has neither; the more seldom, the better it is told.
 */
final class Exits implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Exits.class);
  private static final Duration LOOK_BLIND = Duration.ofSeconds(1);
  private static final Duration LOOK_TOLD = Duration.ofSeconds(15);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  /** An event may come before the state that it tells of. */
  private static final Duration STATE_LATE_MAX = Duration.ofSeconds(2);

  private static final Duration STATE_LATE = Duration.ofMillis(5);
  private static final Metadata.Key<String> NAMESPACE =
      Metadata.Key.of("containerd-namespace", Metadata.ASCII_STRING_MARSHALLER);

  private final CriRuntime runtime;
  private final ManagedChannel channel;
  private final Consumer<ContainerStatus> listener;
  private final LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();
  private final Set<String> told = new HashSet<>();
  private final Thread hearing;
  private final Thread telling;
  private volatile boolean isTold;

  private Exits(CriRuntime runtime, ManagedChannel channel, Consumer<ContainerStatus> listener) {
    this.runtime = runtime;
    this.channel = channel;
    this.listener = listener;
    this.hearing = Thread.ofVirtual().name("cri-events").unstarted(this::hear);
    this.telling = Thread.ofVirtual().name("cri-exits").unstarted(this::tell);
  }

  /** Starts to tell; containers that have ended already are told of too. */
  static Exits start(
      CriRuntime runtime, ManagedChannel channel, Consumer<ContainerStatus> listener) {
    var exits = new Exits(runtime, channel, listener);
    exits.hearing.start();
    exits.telling.start();
    return exits;
  }

  private void hear() {
    var hasOwn = true;
    while (!Thread.currentThread().isInterrupted()) {
      try {
        if (hasOwn) {
          hearOfCri();
        } else {
          hearOfContainerd();
        }
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
          if (!hasOwn) {
            LOG.info("The runtime tells of nothing: its containers are listed every second");
            return;
          }
          hasOwn = false;
          continue;
        }
        LOG.debug("The runtime's events ended", e);
      } finally {
        isTold = false;
      }
      try {
        Thread.sleep(AGAIN);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void hearOfCri() {
    var events =
        RuntimeServiceGrpc.newBlockingStub(channel)
            .getContainerEvents(GetEventsRequest.getDefaultInstance());
    // containerd accepts the call before it refuses it: only an event proves that there are some.
    while (events.hasNext()) {
      isTold = true;
      var event = events.next();
      if (event.getContainerEventType() == ContainerEventType.CONTAINER_STOPPED_EVENT) {
        ended.add(event.getContainerId());
      }
    }
  }

  private void hearOfContainerd() {
    var header = new Metadata();
    header.put(NAMESPACE, "k8s.io");
    var events =
        EventsGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(header))
            .subscribe(SubscribeRequest.newBuilder().addFilters("topic==\"/tasks/exit\"").build());
    while (events.hasNext()) {
      isTold = true;
      try {
        var exit = TaskExit.parseFrom(events.next().getEvent().getValue());
        if (exit.getId().equals(exit.getContainerId())) {
          ended.add(exit.getContainerId());
        }
      } catch (InvalidProtocolBufferException e) {
        LOG.debug("An event of containerd can't be read", e);
      }
    }
  }

  private void tell() {
    try {
      while (true) {
        lookAtAll();
        var next = System.nanoTime() + (isTold ? LOOK_TOLD : LOOK_BLIND).toNanos();
        for (var left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
          var id = ended.poll(left, TimeUnit.NANOSECONDS);
          if (id != null) {
            lookAt(id);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookAtAll() {
    try {
      var present = new HashSet<String>();
      for (var id : runtime.ended()) {
        present.add(id);
        if (!told.contains(id)) {
          runtime.container(id).ifPresent(this::tell);
        }
      }
      told.retainAll(present);
    } catch (RuntimeFault e) {
      LOG.debug("The runtime's containers can't be listed", e);
    }
  }

  private void lookAt(String id) throws InterruptedException {
    var latest = System.nanoTime() + STATE_LATE_MAX.toNanos();
    try {
      while (System.nanoTime() < latest) {
        var status = runtime.container(id);
        if (status.isEmpty() || told.contains(id)) {
          return;
        }
        if (status.get().state() == ContainerStatus.State.EXITED) {
          tell(status.get());
          return;
        }
        Thread.sleep(STATE_LATE);
      }
    } catch (RuntimeFault e) {
      LOG.debug("Container {} can't be read", id, e);
    }
  }

  private void tell(ContainerStatus status) {
    told.add(status.id());
    if (!status.podUid().isEmpty()) {
      listener.accept(status);
    }
  }

  @Override
  public void close() {
    hearing.interrupt();
    telling.interrupt();
  }
}
