/**
 * Devices that are described in files (the Container Device Interface), for runtimes that do not
 * read these themselves. Start at {@link dev.nauarch.nodeagent.cdi.CdiFiles}.
 */
@NullMarked
package dev.nauarch.nodeagent.cdi;

import org.jspecify.annotations.NullMarked;
