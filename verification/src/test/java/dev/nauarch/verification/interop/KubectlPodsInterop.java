package dev.nauarch.verification.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.verification.cluster.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** kubectl on what runs: pods with real processes, and what makes pods; no command may warn. */
class KubectlPodsInterop extends KubectlSuite {
  @Kubectl.Test
  void logsAreReadFollowedAndCut(Kubectl kubectl) throws IOException {
    kubectl.runPod("talk", "echo one; echo two; echo three; exec sleep 3600");
    assertEquals("one\ntwo\nthree\n", kubectl.ok("logs talk"));
    assertEquals("three\n", kubectl.ok("logs talk -c main --tail=1"));
    assertEquals("[pod/talk/main] three\n", kubectl.ok("logs -l app=talk --prefix --tail=1"));
    assertTrue(
        kubectl.ok("logs talk --timestamps --since=1h").matches("(20[0-9T:.Z-]+ \\w+\n){3}"));
    assertEquals("one\n", kubectl.ok("logs talk --limit-bytes=4"));
    kubectl.okWith(
        Manifests.pod("late", "sleep 1; echo one; sleep 1; echo two; exit 3")
            .replace("Never", "OnFailure"),
        "apply -f -");
    kubectl.ok("wait pod/late --for=jsonpath={.status.phase}=Running --timeout=60s");
    try (var follows = kubectl.start("logs late --follow")) {
      follows.await("one\ntwo\n");
    }
    kubectl.ok(
        "wait pod/late --for=jsonpath={.status.containerStatuses[0].restartCount} --timeout=60s");
    assertEquals("one\ntwo\n", kubectl.ok("logs late --previous"));
    var missing = kubectl.run("logs talk -c other");
    assertEquals(1, missing.code());
    assertTrue(
        missing.err().startsWith("error: container other is not valid for pod talk"),
        missing::toString);
  }

  @Kubectl.Test
  void execRunsInTheContainerWithItsStreamsAndItsExitCode(Kubectl kubectl) throws IOException {
    kubectl.runPod("box", "exec sleep 3600");
    assertEquals("box\n", kubectl.ok("exec box -- hostname"));
    assertEquals("0\n", kubectl.ok("exec pod/box -c main -- id -u"));
    assertEquals(
        "what is read is written\n",
        kubectl.okWith("what is read is written\n", "exec -i box -- cat"));
    var failed = kubectl.run("exec box -- sh -c", "echo out; echo err >&2; exit 7");
    assertEquals("out\n", failed.out());
    assertEquals("err\ncommand terminated with exit code 7\n", failed.err());
    assertEquals(7, failed.code());
    var many = kubectl.ok("exec box -- seq 1 200000");
    assertEquals(200_000, many.lines().count());
    var missing = kubectl.run("exec box -- /no/such/program");
    assertTrue(
        missing.code() != 0 && missing.err().contains("/no/such/program"), missing::toString);
    var file = kubectl.file("sent", "through tar\n");
    var inPod = "/tmp/" + kubectl.namespace() + "-sent";
    kubectl.ok("cp " + file + " box:" + inPod);
    kubectl.ok("cp box:" + inPod + " " + file + "-back");
    assertEquals("through tar\n", Files.readString(Path.of(file + "-back")));
    kubectl.ok("exec box -- rm " + inPod);
  }

  @Kubectl.Test
  void portsAreForwardedAlsoThoseOfLoopback(Kubectl kubectl) throws Exception {
    var files = Path.of("/usr/share/common-licenses");
    var serve = "exec python3 -u -m http.server 8081 --bind 127.0.0.1 --directory ";
    kubectl.runPod("web", serve + files);
    try (var log = kubectl.start("logs web --follow")) {
      log.await("Serving HTTP");
    }
    var expected = Files.readString(files.resolve("GPL-3"));
    try (var forward = kubectl.start("port-forward pod/web :8081 --address=127.0.0.1")) {
      var url = URI.create("http://127.0.0.1:" + port(forward) + "/GPL-3");
      try (var http = HttpClient.newHttpClient()) {
        var request = HttpRequest.newBuilder(url).build();
        var answers =
            Stream.generate(() -> http.sendAsync(request, BodyHandlers.ofString()))
                .limit(20)
                .toList();
        for (var answer : answers) {
          assertEquals(expected, answer.join().body());
        }
      }
    }
  }

  @Kubectl.Test
  void aPortThatNobodyListensOnIsNotForwarded(Kubectl kubectl) throws Exception {
    kubectl.runPod("mute", "exec sleep 3600");
    var forward = kubectl.start("port-forward pod/mute :9 --address=127.0.0.1");
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port(forward))) {
      assertEquals(-1, socket.getInputStream().read());
    }
    assertTrue(forward.process().waitFor(60, TimeUnit.SECONDS), "it goes on");
    var err = Files.readString(forward.err());
    assertTrue(err.contains("error forwarding port 9 to pod mute, uid "), err);
    assertTrue(err.contains("Connection refused"), err);
  }

  /** The local port that is forwarded. */
  private static int port(Program.Running forward) throws IOException {
    var matcher =
        Pattern.compile("Forwarding from 127.0.0.1:(\\d+) ->")
            .matcher(forward.await("Forwarding from .*"));
    assertTrue(matcher.find());
    return Integer.parseInt(matcher.group(1));
  }

  @Kubectl.Test
  void getAndDescribeShowWhatHappenedToAPod(Kubectl kubectl) throws IOException {
    try (var watch = kubectl.start("get pods --watch --output-watch-events")) {
      kubectl.okWith(Manifests.pod("short", "echo done; exit 4"), "create -f -");
      watch.await("ADDED +short +0/1 +Pending ");
      watch.await("MODIFIED +short +0/1 +ContainerCreating ");
      watch.await("MODIFIED +short +0/1 +Error ");
      kubectl.ok("delete pod short");
      watch.await("DELETED +short ");
    }
    kubectl.runPod("steady", "exec sleep 3600");
    var wide = kubectl.ok("get pods -o wide");
    assertTrue(wide.matches("(?s)NAME .*\nsteady +1/1 +Running +0 +\\S+ +10[.]\\S+ .*"), wide);
    var shown = kubectl.ok("describe pod steady");
    for (var line :
        new String[] {
          "Name:             steady",
          "Status:           Running",
          "    Image:         host",
          "    Restart Count:  0",
          "QoS Class:                   BestEffort",
        }) {
      assertTrue(shown.contains("\n" + line + "\n") || shown.startsWith(line + "\n"), shown);
    }
    assertTrue(shown.matches("(?s).*\n  Normal +Scheduled .*\n  Normal +Started .*"), shown);
    var events = kubectl.ok("events --for pod/steady");
    assertTrue(events.contains("Successfully assigned"), events);
  }

  @Kubectl.Test
  void aDeploymentIsScaledRolledOutAndRolledBack(Kubectl kubectl) {
    kubectl.okWith(Manifests.WEB, "create -f -");
    var done = "deployment \"web\" successfully rolled out\n";
    var status = "rollout status deployment/web --timeout=60s";
    assertTrue(kubectl.ok(status).endsWith(done));
    assertTrue(kubectl.ok("get deployment web").matches("(?s).*\nweb +2/2 +2 +2 .*"));
    assertEquals("deployment.apps/web scaled\n", kubectl.ok("scale deployment web --replicas=1"));
    kubectl.ok("wait deployment/web --for=jsonpath={.status.replicas}=1 --timeout=60s");
    kubectl.ok("set env deployment/web COLOUR=red");
    assertTrue(kubectl.ok(status).endsWith(done));
    assertTrue(kubectl.ok("exec deploy/web -- env").contains("COLOUR=red\n"));
    kubectl.ok("rollout restart deployment/web");
    assertTrue(kubectl.ok(status).endsWith(done));
    assertTrue(kubectl.ok("rollout history deployment/web").contains("\n3 "));
    assertEquals(
        "deployment.apps/web rolled back\n",
        kubectl.ok("rollout undo deployment/web --to-revision=1"));
    assertTrue(kubectl.ok(status).endsWith(done));
    assertEquals("", kubectl.value("deployment/web", "{.spec.template.spec.containers[0].env}"));
    kubectl.ok("rollout pause deployment/web");
    kubectl.ok("rollout resume deployment/web");
    var shown = kubectl.ok("describe deployment web");
    assertTrue(shown.contains("Scaled up replica set web-"), shown);
    var service = kubectl.ok("describe service web");
    assertTrue(service.matches("(?s).*\nEndpoints: +10[.0-9]+:8080\n.*"), service);
    kubectl.ok("delete deployment web --cascade=foreground");
    assertEquals("", kubectl.ok("get replicasets,pods -o name"));
  }

  @Kubectl.Test
  void aJobSetIsCreatedShownWaitedForAndDeleted(Kubectl kubectl) throws IOException {
    kubectl.okWith(Manifests.JOB_SET, "apply --server-side -f -");
    kubectl.ok("wait jobset/train --for=condition=Completed --timeout=60s");
    var set = kubectl.ok("get jobsets");
    assertTrue(set.matches("(?s)NAME +.*\ntrain .*Completed.*"), set);
    var logs = "logs -l jobset.sigs.k8s.io/jobset-name=train";
    assertEquals(
        "rank 0\nrank 1\n", String.join("\n", kubectl.ok(logs).lines().sorted().toList()) + "\n");
    var shown = kubectl.ok("describe jobset train");
    assertTrue(shown.contains("Terminal State:") && shown.contains("Completed"), shown);
    var all = kubectl.ok("get jobsets,jobs,workloads.kueue.x-k8s.io,podgroups,pods -o name");
    assertTrue(all.contains("job.batch/train-workers-0\n"), all);
    assertTrue(all.contains("workload.kueue.x-k8s.io/jobset-train-"), all);
    kubectl.ok("delete jobset train --cascade=foreground");
    kubectl.ok("wait pods --all --for=delete --timeout=60s");
    assertEquals("", kubectl.ok("get jobsets,jobs,pods -o name"));
  }

  @Kubectl.Test
  void podsAreRunExposedWaitedForAndDeleted(Kubectl kubectl) {
    assertEquals(
        "pod/made created\n",
        kubectl.ok("run made --image=host --restart=Never --port=80 --command -- sleep 3600"));
    kubectl.ok("wait pod/made --for=condition=Ready --timeout=60s");
    assertEquals("service/made exposed\n", kubectl.ok("expose pod made --port=80"));
    kubectl.ok("label pod made a=b");
    kubectl.ok("annotate pod made a=b");
    kubectl.ok("create job once --image=host -- true");
    kubectl.ok("wait job/once --for=condition=Complete --timeout=60s");
    kubectl.ok("delete pod made --grace-period=1 --wait=false");
    kubectl.ok("wait pod/made --for=delete --timeout=60s");
    kubectl.ok("delete job once");
    kubectl.ok("wait pods --all --for=delete --timeout=60s");
    assertEquals("", kubectl.ok("get pods -o name"));
  }
}
