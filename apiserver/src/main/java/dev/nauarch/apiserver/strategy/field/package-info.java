/**
 * What validation is made of: a value with its path, a list of what is wrong, and the forms that
 * values of many kinds share. Messages are those of Kubernetes, which clients show and match.
 */
@NullMarked
package dev.nauarch.apiserver.strategy.field;

import org.jspecify.annotations.NullMarked;
