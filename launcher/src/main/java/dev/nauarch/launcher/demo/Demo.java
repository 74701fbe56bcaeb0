package dev.nauarch.launcher.demo;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.api.inference.InferencePool;
import dev.nauarch.api.jobset.JobSet;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Selection;
import dev.nauarch.client.remote.RemoteClient;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Trains a small language model with a gang of two pods, kills one of them on the way, and serves
 * the model from two replicas behind the gateway. Everything it shows was read from the cluster.
 */
public final class Demo {
  private static final String NAMESPACE = "default";
  private static final int STEPS = 300;
  private static final int KILL_AFTER_STEP = 100;
  private static final Duration POLL = Duration.ofMillis(250);
  private static final String WORKERS = "jobset.sigs.k8s.io/jobset-name=train";

  private final RemoteClient client;
  private final Path files;
  private final String run = UUID.randomUUID().toString();
  private final LossCurve curve = new LossCurve();

  /**
   * @param client the cluster, as its administrator
   * @param files the directory {@code demo} of this project
   */
  public Demo(RemoteClient client, Path files) {
    this.client = client;
    this.files = files;
  }

  /**
   * Runs the whole demo.
   *
   * @param cache where the Python environment is kept
   * @param modelsUrl the gateway's URL
   * @throws DemoFailure something did not come to be; the message says what was seen last
   */
  public void run(Path cache, String modelsUrl) throws IOException, InterruptedException {
    say("\n1  Prepare");
    removeFormerRun();
    var python = PythonSetup.prepare(cache, line -> say("   " + line));
    say("   Trainer   " + python.framework());
    applyCode();
    train(python);
    serve(python);
    new ModelQuestions(modelsUrl).ask();
    say(
        """

        The cluster is still up. Try:
          nau status                                   what runs
          nau kubectl get jobsets,workloads,podgroups,pods
          nau logs -f tiny-...                         what a replica prints
          curl %s/v1/completions -d '{"model": "tiny", "prompt": "This program is", "max_tokens": 60}'
          nau down                                     stop it all
        """
            .formatted(modelsUrl)
            .stripTrailing());
  }

  private void train(PythonSetup python) throws IOException, InterruptedException {
    say("\n2  Train: two workers of one JobSet, through the queue \"default\", started as a gang");
    var variables =
        Map.of(
            "PYTHON", python.python(),
            "TRAINER", python.trainer(),
            "STEPS", Integer.toString(STEPS),
            "RUN", run);
    new Manifests(client).apply(files.resolve("manifests/train.yaml"), variables);
    await("both workers run", Duration.ofSeconds(60), () -> running().size() == 2);
    for (var pod : running()) {
      say("   Running   " + pod.getMetadata().getName() + "  " + pod.getStatus().getPodIP());
    }
    say("   Loss");
    await("step " + KILL_AFTER_STEP, Duration.ofMinutes(5), () -> show(0) >= KILL_AFTER_STEP);
    killOneWorker(python);
    await("the JobSet restarts", Duration.ofSeconds(60), () -> restarts() > 0);
    say("   Restart   " + restarts() + " of at most 3, by the JobSet's failure policy");
    await("both workers run again", Duration.ofSeconds(60), () -> running().size() == 2);
    await("training goes on", Duration.ofMinutes(2), () -> resumedFrom().isPresent());
    var step = resumedFrom().orElseThrow();
    say("   Resumed   from the checkpoint of step " + step);
    curve.rewind(step);
    await("training ends", Duration.ofMinutes(5), () -> isTrained() && show(0) >= STEPS);
    say("   Finished  JobSet train: " + jobSet().status().terminalState());
  }

  /** Kills the second worker's process as the machine would lose it: at once and without a word. */
  private void killOneWorker(PythonSetup python) throws InterruptedException {
    var victim =
        ProcessHandle.allProcesses()
            .filter(process -> isWorker(process, python, 1))
            .max(Comparator.comparingLong(ProcessHandle::pid))
            .orElseThrow(() -> new DemoFailure("the second worker's process was not found"));
    victim.destroyForcibly();
    say("   Killed    worker 1, process " + victim.pid() + ", with SIGKILL");
  }

  private boolean isWorker(ProcessHandle process, PythonSetup python, int index) {
    try {
      var environment =
          Files.readString(
              Path.of("/proc", Long.toString(process.pid()), "environ"),
              StandardCharsets.ISO_8859_1);
      var words = List.of(environment.split("\0", -1));
      return words.contains("DEMO_RUN=" + run)
          && words.contains("JOB_COMPLETION_INDEX=" + index)
          && Files.readString(
                  Path.of("/proc", Long.toString(process.pid()), "cmdline"),
                  StandardCharsets.ISO_8859_1)
              .startsWith(python.python());
    } catch (IOException e) {
      return false; // a process that has just ended, or one of another user
    }
  }

  private void serve(PythonSetup python) throws IOException, InterruptedException {
    say("\n3  Serve: two replicas behind the model-aware gateway");
    new Manifests(client)
        .apply(files.resolve("manifests/serve.yaml"), Map.of("PYTHON", python.python()));
    await("two replicas are ready", Duration.ofSeconds(90), () -> ready().size() == 2);
    for (var pod : ready()) {
      say("   Ready     " + pod.getMetadata().getName() + "  " + pod.getStatus().getPodIP());
    }
  }

  private void applyCode() throws IOException {
    var map =
        JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
    map.putObject("metadata").put("name", "lm-code");
    var data = map.putObject("data");
    try (var sources = Files.list(files.resolve("lm"))) {
      for (var source : sources.filter(p -> p.toString().endsWith(".py")).sorted().toList()) {
        data.put(source.getFileName().toString(), Files.readString(source));
      }
    }
    new Manifests(client).apply(map);
  }

  private void removeFormerRun() throws InterruptedException {
    delete(JobSet.RESOURCE, "train");
    delete(Resources.DEPLOYMENTS, "tiny");
    delete(Resources.HTTP_ROUTES, "tiny");
    delete(InferencePool.RESOURCE, "tiny");
    await(
        "the pods of a former run are gone",
        Duration.ofSeconds(60),
        () -> pods(WORKERS).isEmpty() && pods("app=tiny").isEmpty());
    delete(Resources.PERSISTENT_VOLUME_CLAIMS, "checkpoints");
    await(
        "the volume of a former run is gone",
        Duration.ofSeconds(60),
        () ->
            client
                .get(Resources.PERSISTENT_VOLUME_CLAIMS, new ObjectKey(NAMESPACE, "checkpoints"))
                .isEmpty());
  }

  private <T extends HasMetadata> void delete(Resource<T> resource, String name) {
    client.delete(resource, new ObjectKey(NAMESPACE, name), DeleteOptions.DEFAULT);
  }

  private List<Pod> pods(String selector) {
    return client.list(Resources.PODS, new Selection(NAMESPACE, selector, "")).items().stream()
        .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
        .toList();
  }

  private List<Pod> running() {
    return pods(WORKERS).stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
        .toList();
  }

  private List<Pod> ready() {
    return pods("app=tiny").stream()
        .filter(
            pod ->
                pod.getStatus().getConditions().stream()
                    .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True")))
        .toList();
  }

  private JobSet jobSet() {
    return client
        .get(JobSet.RESOURCE, new ObjectKey(NAMESPACE, "train"))
        .orElseThrow(() -> new DemoFailure("the JobSet train is gone"));
  }

  private int restarts() {
    return jobSet().status().restarts();
  }

  private boolean isTrained() {
    var state = jobSet().status().terminalState();
    if ("Failed".equals(state)) {
      throw new DemoFailure("the JobSet has failed; nau logs shows what its pods printed");
    }
    return "Completed".equals(state);
  }

  /** Prints what is new of the loss curve; the last step that worker 0 has told. */
  private int show(int worker) {
    var log = log(worker);
    curve.newLines(log).forEach(Demo::say);
    return log.lines()
        .flatMap(line -> LossCurve.point(line).stream())
        .mapToInt(LossCurve.Point::step)
        .max()
        .orElse(0);
  }

  private Optional<Integer> resumedFrom() {
    return log(0)
        .lines()
        .filter(line -> line.contains("resumed from the checkpoint of step "))
        .map(line -> Integer.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst();
  }

  private String log(int worker) {
    var index = "batch.kubernetes.io/job-completion-index=" + worker;
    for (var pod : pods(WORKERS + "," + index).reversed()) {
      if (pod.getMetadata().getDeletionTimestamp() != null) {
        continue;
      }
      var path = "/api/v1/namespaces/default/pods/" + pod.getMetadata().getName() + "/log";
      try {
        return new String(client.raw(path), StandardCharsets.UTF_8);
      } catch (ApiException e) {
        return ""; // not started yet, or just gone
      }
    }
    return "";
  }

  private static void await(String what, Duration limit, BooleanSupplier isDone)
      throws InterruptedException {
    var deadline = System.nanoTime() + limit.toNanos();
    while (!isDone.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new DemoFailure(
            "waited " + limit.toSeconds() + " s in vain until " + what + "; nau why says more");
      }
      Thread.sleep(POLL);
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
