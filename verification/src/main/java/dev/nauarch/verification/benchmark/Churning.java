package dev.nauarch.verification.benchmark;

import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.verification.benchmark.SchedulingCase.Churn;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Sends objects again and again while something else is measured. */
final class Churning implements AutoCloseable {

  private final Churn churn;
  private final JsonRequests client;
  private final Thread thread;

  private Churning(RemoteOptions options, Churn churn) throws IOException {
    this.churn = churn;
    this.client = new JsonRequests(options);
    this.thread = Thread.ofPlatform().name("churn").unstarted(this::run);
  }

  static Churning start(RemoteOptions options, Churn churn) throws IOException {
    var churning = new Churning(options, churn);
    if (!churn.objects().isEmpty()) {
      churning.thread.start();
    }
    return churning;
  }

  private void run() {
    try {
      for (var round = 0; ; round++) {
        var digits = "%09d".formatted(round);
        for (var made : churn.objects()) {
          client.send("POST", made.path(), made.json().replace(ApiBench.DIGITS, digits));
        }
        Thread.sleep(churn.every());
        if (churn.deletes()) {
          for (var made : churn.objects()) {
            var name = name(made.json().replace(ApiBench.DIGITS, digits));
            client.send("DELETE", made.path() + "/" + name, "");
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException("nothing comes and goes any more", e);
    }
  }

  private static String name(String json) {
    var key = "\"name\":\"";
    var begin = json.indexOf(key) + key.length();
    return json.substring(begin, json.indexOf('"', begin));
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.close();
  }
}
