package dev.nauarch.nodeagent.server;

import dev.nauarch.nodeagent.runtime.ExecConfig;
import java.util.List;
import org.eclipse.jetty.util.Fields;

/**
 * What a client wants of a container.
 *
 * @param command the program and its arguments; none to be attached to the container's own
 * @param stdin whether it will send input
 * @param stdout whether it wants output
 * @param stderr whether it wants errors apart
 * @param tty whether it has a terminal
 */
record CommandRequest(
    List<String> command, boolean stdin, boolean stdout, boolean stderr, boolean tty) {

  /** Reads the parameters of a request, under their names of now and of before. */
  static CommandRequest of(Fields parameters) {
    return new CommandRequest(
        parameters.getValuesOrEmpty("command"),
        isSet(parameters, "stdin", "input"),
        isSet(parameters, "stdout", "output"),
        isSet(parameters, "stderr", "error"),
        isSet(parameters, "tty", "tty"));
  }

  private static boolean isSet(Fields parameters, String name, String older) {
    var value =
        parameters.getValue(name) == null ? parameters.getValue(older) : parameters.getValue(name);
    return "true".equals(value) || "1".equals(value);
  }

  /** Whether it wants anything at all. */
  boolean wantsStreams() {
    return stdin || stdout || stderr;
  }

  ExecConfig config() {
    return new ExecConfig(command, stdin, tty);
  }
}
