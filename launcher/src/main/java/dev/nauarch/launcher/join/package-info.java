/** This machine as a node of a cluster whose server is on another. Start at JoinedMachine. */
@NullMarked
package dev.nauarch.launcher.join;

import org.jspecify.annotations.NullMarked;
