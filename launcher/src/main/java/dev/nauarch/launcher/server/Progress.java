package dev.nauarch.launcher.server;

import java.io.PrintStream;

/** Hears how far the start of a cluster has come. */
public interface Progress {

  /** A step is done. */
  void step(String name, String detail);

  /** The cluster is up; some lines for the user. */
  void ready(String text);

  /** The start has failed. */
  void failed(String message);

  /** For people: a line with a tick for each step. */
  static Progress toTerminal(PrintStream out) {
    return new Progress() {
      @Override
      public void step(String name, String detail) {
        out.printf(" ✓ %-16s %s%n", name, detail);
      }

      @Override
      public void ready(String text) {
        out.print(text);
        out.flush();
      }

      @Override
      public void failed(String message) {
        out.println(" ✗ " + message);
      }
    };
  }

  /** For the command that started this process: a line of a kind, a tab and the rest for each. */
  static Progress toLauncher(PrintStream out) {
    return new Progress() {
      @Override
      public void step(String name, String detail) {
        send("step\t" + name + "\t" + detail);
      }

      @Override
      public void ready(String text) {
        send("ready\t" + text.replace("\n", "\\n"));
        // The command that listened is gone from here on.
        out.close();
      }

      @Override
      public void failed(String message) {
        send("failed\t" + message.replace("\n", " "));
        out.close();
      }

      private void send(String line) {
        out.println(line);
        out.flush();
      }
    };
  }
}
