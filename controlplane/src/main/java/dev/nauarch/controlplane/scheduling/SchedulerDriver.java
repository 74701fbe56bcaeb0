package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.kernel.Inbox;
import dev.nauarch.kernel.live.LiveLoop;
import dev.nauarch.kernel.live.LiveLoopOptions;
import dev.nauarch.scheduling.SchedulerCommand;
import dev.nauarch.scheduling.SchedulerCore;
import dev.nauarch.scheduling.SchedulerEvent;
import dev.nauarch.scheduling.SchedulerOptions;
import dev.nauarch.scheduling.device.DeviceCommand;
import dev.nauarch.scheduling.device.DeviceEvent;
import dev.nauarch.scheduling.translate.ApiRequest;
import dev.nauarch.scheduling.translate.BudgetTranslation;
import dev.nauarch.scheduling.translate.ClaimSteps;
import dev.nauarch.scheduling.translate.NodeTranslation;
import dev.nauarch.scheduling.translate.PodTranslation;
import dev.nauarch.scheduling.translate.SchedulerRequests;
import dev.nauarch.scheduling.volume.VolumeCommand;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scheduler, live. Informer threads and senders only offer events; the loop's thread alone
 * touches the core.
 */
public final class SchedulerDriver implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SchedulerDriver.class);
  private static final int SENDERS = 16;

  /** So few that events take little of the time in which pods could be bound. */
  private static final int EVENT_SENDERS = 2;

  private final RequestSender sender;
  private final SchedulerRequests requests;
  private final ClaimSender claimSender;
  private final VolumeSender volumeSender;
  private final Dispatcher dispatcher;
  private final Dispatcher events;
  private final QueueSender queueSender;
  private final ExtenderSender extenders;
  private final LiveLoop<SchedulerEvent, SchedulerCommand> loop;
  private final Feed<SchedulerEvent> feed;

  private SchedulerDriver(ClusterClient client, InstantSource clock, SchedulerOptions options) {
    this.sender = new RequestSender(client);
    var steps = new StepSender(client);
    this.claimSender = new ClaimSender(steps, sender);
    this.volumeSender = new VolumeSender(steps);
    this.requests = new SchedulerRequests(options.name());
    this.dispatcher = new Dispatcher("scheduler-sender", SENDERS);
    this.events = new Dispatcher("scheduler-events", EVENT_SENDERS);
    this.extenders = new ExtenderSender(client);
    this.queueSender = new QueueSender(client, clock, sender, dispatcher);
    this.loop =
        LiveLoop.start(
            "scheduler-loop",
            new SchedulerCore(options),
            this::carryOut,
            clock,
            LiveLoopOptions.DEFAULT,
            bug -> LOG.error("the scheduler has stopped", bug));
    this.feed = feed(client, options, loop::offer);
  }

  /** Starts a scheduler; it decides once it knows all that exists. */
  public static SchedulerDriver start(
      ClusterClient client, InstantSource clock, SchedulerOptions options) {
    var driver = new SchedulerDriver(client, clock, options);
    driver.feed.start(new SchedulerEvent.Synced());
    return driver;
  }

  @Override
  public void close() {
    feed.close();
    loop.close();
    dispatcher.close();
    extenders.close();
    events.close();
  }

  /** All that exists of what a scheduler looks at. */
  public static List<SchedulerEvent> present(ClusterClient client, SchedulerOptions options) {
    return feed(client, options, event -> {}).present();
  }

  private static Feed<SchedulerEvent> feed(
      ClusterClient client, SchedulerOptions options, Consumer<SchedulerEvent> inbox) {
    var feed = new Feed<SchedulerEvent>(client, inbox);
    QueueFeed.follow(feed, options);
    DeviceFeed.follow(feed);
    VolumeFeed.follow(feed);
    GroupFeed.follow(feed, options);
    GangFeed.follow(feed);
    return feed.follow(
            Resources.NODES,
            node -> new SchedulerEvent.NodeSeen(NodeTranslation.of(node, options)),
            node -> new SchedulerEvent.NodeGone(node.getMetadata().getName()))
        .follow(
            Resources.PODS,
            pod -> new SchedulerEvent.PodSeen(PodTranslation.of(pod, options)),
            pod -> new SchedulerEvent.PodGone(ObjectKey.of(pod)))
        .followIfServed(
            Resources.POD_DISRUPTION_BUDGETS,
            budget -> new SchedulerEvent.BudgetSeen(BudgetTranslation.of(budget)),
            budget -> new SchedulerEvent.BudgetGone(ObjectKey.of(budget)))
        .follow(
            Resources.NAMESPACES,
            one ->
                new SchedulerEvent.NamespaceSeen(
                    one.getMetadata().getName(),
                    one.getMetadata().getLabels() == null
                        ? new TreeMap<>()
                        : new TreeMap<>(one.getMetadata().getLabels())),
            one -> new SchedulerEvent.NamespaceGone(one.getMetadata().getName()));
  }

  private void carryOut(SchedulerCommand command, Instant now, Inbox<SchedulerEvent> inbox) {
    switch (command) {
      case SchedulerCommand.WakeAt(var at) -> inbox.offerAt(at, new SchedulerEvent.Woken());
      case SchedulerCommand.BindPod bind -> dispatcher.submit(bind.pod(), () -> bind(bind, inbox));
      case SchedulerCommand.AskExtender ask -> extenders.ask(ask, inbox);
      case SchedulerCommand.BindByExtender wanted ->
          extenders.bind(
              wanted,
              inbox,
              () -> tell(wanted.bind().pod(), withoutBinding(requests.of(wanted.bind()))),
              bind -> bind(bind, inbox));
      case SchedulerCommand.ForQueue(var wanted) -> queueSender.carryOut(wanted, inbox);
      case SchedulerCommand.ForVolumes(var wanted) ->
          dispatcher.submit(wanted.pod(), () -> write(() -> written(wanted), inbox));
      case SchedulerCommand.ForDevices(DeviceCommand.WriteClaims wanted) ->
          dispatcher.submit(wanted.pod(), () -> write(() -> written(wanted), inbox));
      case SchedulerCommand.ForDevices(DeviceCommand.Withdraw left) ->
          dispatcher.submit(left.pod(), () -> claimSender.withdraw(left));
      case SchedulerCommand.ForDevices(DeviceCommand.Deallocate(var claim)) ->
          dispatcher.submit(ObjectKey.of(claim), () -> deallocate(claim, inbox));
      case SchedulerCommand.CommitGang commit ->
          dispatcher.submit(commit.gang(), () -> commit(commit, inbox));
      case SchedulerCommand.MarkGangBound(var gang) -> tell(gang, command);
      case SchedulerCommand.MarkGangScheduled(var gang, var at) -> tell(gang, command);
      case SchedulerCommand.DisruptGang disrupt -> tell(disrupt.gang(), command);
      case SchedulerCommand.ReleaseGang release -> tell(release.gang(), command);
      case SchedulerCommand.EvictPod evict ->
          dispatcher.submit(evict.pod(), () -> evict(evict, inbox));
      case SchedulerCommand.NominateNode(var pod, var node) -> tell(pod, command);
      case SchedulerCommand.ReportPod report -> tell(report.pod(), command);
      case SchedulerCommand.ClearPodReport(var pod) -> tell(pod, command);
      case SchedulerCommand.ReportGang report -> tell(report.gang(), command);
    }
  }

  private void bind(SchedulerCommand.BindPod bind, Inbox<SchedulerEvent> inbox) {
    var wanted = requests.of(bind);
    try {
      sender.send(wanted.getFirst());
    } catch (ApiException e) {
      var why = String.valueOf(e.getMessage());
      LOG.warn("pod {} was not bound to {}: {}", bind.pod(), bind.node(), why);
      inbox.offer(new SchedulerEvent.BindFailed(bind.pod(), bind.uid(), failure(e), why));
      return;
    }
    tell(bind.pod(), withoutBinding(wanted));
  }

  private static List<ApiRequest> withoutBinding(List<ApiRequest> wanted) {
    return wanted.subList(1, wanted.size());
  }

  private void evict(SchedulerCommand.EvictPod evict, Inbox<SchedulerEvent> inbox) {
    var wanted = requests.of(evict);
    var refusal = sender.trySend(wanted.getFirst());
    if (refusal.isPresent()) {
      LOG.warn("pod {} was not asked to stop: {}", evict.pod(), refusal.get());
      inbox.offer(new SchedulerEvent.EvictFailed(evict.pod(), evict.uid(), refusal.get()));
      return;
    }
    tell(evict.pod(), wanted.subList(1, wanted.size()));
  }

  private void deallocate(ResourceClaim claim, Inbox<SchedulerEvent> inbox) {
    if (sender.trySend(ClaimSteps.deallocate(claim)).isPresent()) {
      inbox.offer(
          new SchedulerEvent.ForDevices(new DeviceEvent.NotDeallocated(ObjectKey.of(claim))));
    }
  }

  /** Something that is written however long it takes. */
  @FunctionalInterface
  private interface Writing {
    SchedulerEvent outcome() throws InterruptedException;
  }

  private SchedulerEvent written(VolumeCommand wanted) throws InterruptedException {
    return new SchedulerEvent.ForVolumes(volumeSender.write(wanted));
  }

  private SchedulerEvent written(DeviceCommand.WriteClaims wanted) throws InterruptedException {
    return new SchedulerEvent.ForDevices(claimSender.write(wanted));
  }

  private static void write(Writing writing, Inbox<SchedulerEvent> inbox) {
    try {
      inbox.offer(writing.outcome());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void commit(SchedulerCommand.CommitGang commit, Inbox<SchedulerEvent> inbox) {
    var wanted = requests.of(commit);
    try {
      sender.send(wanted.getFirst());
    } catch (ApiException e) {
      var why = String.valueOf(e.getMessage());
      LOG.warn("the placement of gang {} was not written: {}", commit.gang(), why);
      inbox.offer(new SchedulerEvent.GangCommitFailed(commit.gang(), why));
      return;
    }
    inbox.offer(new SchedulerEvent.GangCommitted(commit.gang()));
    tell(commit.gang(), wanted.subList(1, wanted.size()));
  }

  /** Carries out a command whose failure shows in what the informers tell. */
  private void tell(ObjectKey key, SchedulerCommand command) {
    dispatcher.submit(key, () -> tell(key, requests.of(command)));
  }

  private void tell(ObjectKey key, List<ApiRequest> wanted) {
    for (var request : wanted) {
      if (request instanceof ApiRequest.Create<?> create
          && create.resource().equals(Resources.EVENTS)) {
        events.submit(key, () -> sender.trySend(request));
      } else {
        sender.trySend(request);
      }
    }
  }

  private static SchedulerEvent.Failure failure(ApiException e) {
    return switch (e.reason()) {
      case NOT_FOUND, CONFLICT, ALREADY_EXISTS -> SchedulerEvent.Failure.OVERTAKEN;
      case INVALID, BAD_REQUEST, FORBIDDEN, METHOD_NOT_ALLOWED -> SchedulerEvent.Failure.LASTING;
      default -> SchedulerEvent.Failure.PASSING;
    };
  }
}
