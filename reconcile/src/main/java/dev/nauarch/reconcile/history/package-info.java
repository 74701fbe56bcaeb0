/** The earlier templates of StatefulSets and DaemonSets, kept as ControllerRevisions. */
@NullMarked
package dev.nauarch.reconcile.history;

import org.jspecify.annotations.NullMarked;
