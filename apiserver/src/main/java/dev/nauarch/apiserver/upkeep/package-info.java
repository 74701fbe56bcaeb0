/**
 * What the API server does of its own accord so that its objects stay right: chores that follow the
 * objects of one resource. A {@link dev.nauarch.apiserver.upkeep.Chore} decides and does not do;
 * {@link dev.nauarch.apiserver.upkeep.Upkeep} follows and writes. Several servers over one store
 * may do the same chore at once: each write says which version it changes, and is left out where
 * another was quicker.
 */
@NullMarked
package dev.nauarch.apiserver.upkeep;

import org.jspecify.annotations.NullMarked;
