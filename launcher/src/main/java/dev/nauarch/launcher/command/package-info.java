/** One class for each command of {@code nau}; each is loaded only when it is asked for. */
@NullMarked
package dev.nauarch.launcher.command;

import org.jspecify.annotations.NullMarked;
