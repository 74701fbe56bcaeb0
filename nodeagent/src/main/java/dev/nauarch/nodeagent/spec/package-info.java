/**
 * Reads from a pod's specification what its containers are to be given: variables, values of the
 * downward API, limits, rights. Pure.
 */
@NullMarked
package dev.nauarch.nodeagent.spec;

import org.jspecify.annotations.NullMarked;
