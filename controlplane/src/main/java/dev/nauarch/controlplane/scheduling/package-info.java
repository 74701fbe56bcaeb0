/**
 * Drives the scheduling cores live: informers tell them what is, a client carries out what they
 * want. Nothing is decided here, so that live, attached and simulated clusters behave alike.
 */
@NullMarked
package dev.nauarch.controlplane.scheduling;

import org.jspecify.annotations.NullMarked;
