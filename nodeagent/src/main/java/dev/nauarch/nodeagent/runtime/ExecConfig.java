package dev.nauarch.nodeagent.runtime;

import java.util.List;

/**
 * A program to run inside a container.
 *
 * @param command the program and its arguments
 * @param stdin whether it gets input
 * @param tty whether it gets a terminal
 */
public record ExecConfig(List<String> command, boolean stdin, boolean tty) {}
