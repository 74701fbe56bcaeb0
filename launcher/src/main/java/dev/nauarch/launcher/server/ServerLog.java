package dev.nauarch.launcher.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.logging.ConsoleHandler;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Where the server's log goes: a file in its home, four of 10 MB in turn. */
public final class ServerLog {
  private static final int FILE_BYTES_MAX = 10 << 20;
  private static final int FILES = 4;

  private ServerLog() {}

  /** Sends the log of this process there from now on. */
  public static void open(Path directory) throws IOException {
    System.setProperty(
        "java.util.logging.SimpleFormatter.format",
        "%1$tY-%1$tm-%1$tdT%1$tH:%1$tM:%1$tS.%1$tLZ %4$-7s %3$s: %5$s%6$s%n");
    var root = LogManager.getLogManager().getLogger("");
    for (Handler handler : root.getHandlers()) {
      if (handler instanceof ConsoleHandler) {
        root.removeHandler(handler);
      }
    }
    var handler =
        new FileHandler(
            directory.toString().replace("%", "%%") + "/server.%g.log",
            FILE_BYTES_MAX,
            FILES,
            true);
    handler.setFormatter(new SimpleFormatter());
    handler.setLevel(Level.INFO);
    root.addHandler(handler);
    Logger.getLogger("org.eclipse.jetty").setLevel(Level.WARNING);
  }
}
