import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Streams to and from a pod: commands, what a container itself reads and writes, ports. */
class Streams {
  private static final int CROWD = 100;

  private final KubernetesClient client;
  private final String namespace;
  private final PodResource box;

  Streams(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
    this.box = client.pods().inNamespace(namespace).withName("box");
  }

  /** Starts a pod whose input stays open, and waits until it runs. */
  private void start(String script) {
    var pod =
        new PodBuilder()
            .withNewMetadata()
            .withName("box")
            .withNamespace(namespace)
            .endMetadata()
            .withNewSpec()
            .withRestartPolicy("Never")
            .withTerminationGracePeriodSeconds(1L)
            .addNewContainer()
            .withName("main")
            .withImage("host")
            .withCommand("sh", "-c", script)
            .withStdin(true)
            .endContainer()
            .endSpec()
            .build();
    client.resource(pod).create();
    box.waitUntilReady(60, TimeUnit.SECONDS);
  }

  /** Talks with commands: through pipes, on a terminal, with many at once. */
  void commands() throws Exception {
    start("exec sleep 3600");
    pipes();
    try (var missing = box.writingOutput(new ByteArrayOutputStream()).exec("no-such-program")) {
      Client.expect("exit code of what is not there", 127, code(missing));
    }
    terminal();
    crowd(
        number -> {
          var out = new ByteArrayOutputStream();
          try (var each =
              box.redirectingInput()
                  .writingOutput(out)
                  .exec("sh", "-c", "read line; echo $line; exit 9")) {
            each.getInput().write((number + "\n").getBytes(StandardCharsets.UTF_8));
            each.getInput().flush();
            return code(each) == 9 && text(out).equals(number + "\n");
          }
        });
    leave();
    box.delete();
  }

  /** The client can't end a command's input: the command knows how much it is. */
  private void pipes() throws Exception {
    var sent = "0123456789abcde\n".repeat(1 << 16);
    var out = new ByteArrayOutputStream();
    var problems = new ByteArrayOutputStream();
    var script = "head -c " + sent.length() + "; echo problem >&2; exit 7";
    try (var talk =
        box.redirectingInput().writingOutput(out).writingError(problems).exec("sh", "-c", script)) {
      talk.getInput().write(sent.getBytes(StandardCharsets.UTF_8));
      talk.getInput().flush();
      Client.expect("exit code", 7, code(talk));
    }
    Client.expect("sent and got back", true, sent.equals(text(out)));
    Client.expect("problems", "problem\n", text(problems));
  }

  private void terminal() throws Exception {
    var out = new ByteArrayOutputStream();
    var script = "read line; until [ \"$(stty size)\" = \"37 101\" ]; do sleep 0.02; done";
    try (var talk =
        box.redirectingInput()
            .writingOutput(out)
            .withTTY()
            .exec("sh", "-c", script + "; echo \"<$line>\"")) {
      talk.resize(101, 37);
      talk.getInput().write("word\n".getBytes(StandardCharsets.UTF_8));
      talk.getInput().flush();
      Client.expect("exit code of the terminal", 0, code(talk));
    }
    Client.expect("terminal", "word\r\n<word>\r\n", text(out));
  }

  /** Goes away while a command runs: the command goes too, and with it the end of a pipe. */
  private void leave() throws Exception {
    var pipe = "/tmp/" + namespace + "-gone";
    var writing =
        box.redirectingOutput()
            .exec("sh", "-c", "mkfifo P; echo; exec sleep 3600 >P".replace("P", pipe));
    writing.getOutput().read();
    // That the pipe is open here means that it is at the other end.
    var script = "exec 3<P; echo; cat <&3; rm P".replace("P", pipe);
    try (var reading = box.redirectingOutput().exec("sh", "-c", script)) {
      reading.getOutput().read();
      Client.expect("the pipe is open", false, reading.exitCode().isDone());
      writing.close();
      Client.expect("the pipe has ended", 0, code(reading));
    }
  }

  /** Talks with a container until it ends. */
  void attached() throws Exception {
    start("while read line; do echo \"got $line\"; [ \"$line\" != end ] || exit 3; done");
    var out = new ByteArrayOutputStream();
    try (var talk = box.redirectingInput().writingOutput(out).attach()) {
      talk.getInput().write("word\n".getBytes(StandardCharsets.UTF_8));
      talk.getInput().flush();
      Client.await("answer", () -> text(out).equals("got word\n"));
      talk.getInput().write("end\n".getBytes(StandardCharsets.UTF_8));
      talk.getInput().flush();
      Client.expect("being attached ends well", 0, code(talk));
    }
    Client.expect("last words", "got word\ngot end\n", text(out));
    box.delete();
  }

  /** Reaches what listens in a pod, and what does not. */
  void ports() throws Exception {
    start(
        """
        exec python3 -c '
        import socketserver
        class Echo(socketserver.BaseRequestHandler):
            def handle(self):
                while data := self.request.recv(65536):
                    self.request.sendall(data)
        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
        server = Server(("127.0.0.1", 8084), Echo)
        print("listening", flush=True)
        server.serve_forever()
        '\
        """);
    Client.await("listening", () -> box.getLog().equals("listening\n"));
    try (var forward = box.portForward(8084)) {
      crowd(number -> echo(forward.getLocalPort(), number));
      Client.expect("errors", false, forward.errorOccurred());
    }
    try (var forward = box.portForward(9);
        var socket = new Socket("127.0.0.1", forward.getLocalPort())) {
      Client.expect("nothing of a port that nobody listens on", -1, socket.getInputStream().read());
      Client.await("an error", forward::errorOccurred);
    }
    box.delete();
  }

  private static boolean echo(int port, int number) throws IOException {
    var words = (number + " ").repeat(5000).getBytes(StandardCharsets.UTF_8);
    try (var socket = new Socket("127.0.0.1", port)) {
      socket.getOutputStream().write(words);
      var heard = socket.getInputStream().readNBytes(words.length);
      return java.util.Arrays.equals(words, heard);
    }
  }

  /** One of many. */
  private interface One {
    boolean isRight(int number) throws Exception;
  }

  private static void crowd(One one) throws Exception {
    try (var threads = Executors.newFixedThreadPool(20)) {
      var all = new ArrayList<Callable<Boolean>>();
      for (var i = 0; i < CROWD; i++) {
        var number = i;
        all.add(() -> one.isRight(number));
      }
      var right = 0;
      for (Future<Boolean> each : threads.invokeAll(all)) {
        right += each.get() ? 1 : 0;
      }
      Client.expect("right ones", CROWD, right);
    }
  }

  private static int code(ExecWatch watch) throws Exception {
    return watch.exitCode().get(60, TimeUnit.SECONDS);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
