/** The control groups of pods: {@link dev.nauarch.nodeagent.cgroup.Cgroups}. */
@NullMarked
package dev.nauarch.nodeagent.cgroup;

import org.jspecify.annotations.NullMarked;
