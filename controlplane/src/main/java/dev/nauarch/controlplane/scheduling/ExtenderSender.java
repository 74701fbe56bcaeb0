package dev.nauarch.controlplane.scheduling;

import dev.nauarch.client.ClusterClient;
import dev.nauarch.kernel.Inbox;
import dev.nauarch.scheduling.SchedulerCommand;
import dev.nauarch.scheduling.SchedulerEvent;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what extenders are needed for, on threads of its own, since they may take long. */
final class ExtenderSender implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ExtenderSender.class);
  private static final int SENDERS = 16;

  private final ExtenderClient client;
  private final Dispatcher dispatcher = new Dispatcher("scheduler-extenders", SENDERS);

  ExtenderSender(ClusterClient cluster) {
    this.client = new ExtenderClient(cluster);
  }

  /** Asks, and tells the answer. */
  void ask(SchedulerCommand.AskExtender ask, Inbox<SchedulerEvent> inbox) {
    dispatcher.submit(
        ask.pod(),
        () -> {
          var answer = client.ask(ask.pod(), ask.uid(), ask.question());
          inbox.offer(
              new SchedulerEvent.ExtenderAnswered(ask.pod(), ask.question().number(), answer));
        });
  }

  /**
   * Has a pod bound.
   *
   * @param bound what to do when it is
   * @param alone binds it without an extender that can be ignored
   */
  void bind(
      SchedulerCommand.BindByExtender wanted,
      Inbox<SchedulerEvent> inbox,
      Runnable bound,
      Consumer<SchedulerCommand.BindPod> alone) {
    dispatcher.submit(wanted.bind().pod(), () -> bindNow(wanted, inbox, bound, alone));
  }

  private void bindNow(
      SchedulerCommand.BindByExtender wanted,
      Inbox<SchedulerEvent> inbox,
      Runnable bound,
      Consumer<SchedulerCommand.BindPod> alone) {
    var bind = wanted.bind();
    var refusal = client.bind(bind, wanted.extender());
    if (refusal.isEmpty()) {
      bound.run();
      return;
    }
    LOG.warn(
        "extender {} did not bind pod {}: {}",
        wanted.extender().urlPrefix(),
        bind.pod(),
        refusal.get());
    if (wanted.extender().isIgnorable()) {
      alone.accept(bind);
    } else {
      inbox.offer(
          new SchedulerEvent.BindFailed(
              bind.pod(), bind.uid(), SchedulerEvent.Failure.LASTING, refusal.get()));
    }
  }

  @Override
  public void close() {
    dispatcher.close();
  }
}
