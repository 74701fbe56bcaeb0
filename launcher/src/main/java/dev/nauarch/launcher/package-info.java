/**
 * Every main and all wiring: the command {@code nau}. Start at {@link dev.nauarch.launcher.Main};
 * {@code command} has one class for each command, {@code home} what lies on disk, {@code server}
 * puts a cluster together.
 */
@NullMarked
package dev.nauarch.launcher;

import org.jspecify.annotations.NullMarked;
