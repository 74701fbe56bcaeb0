/**
 * How the objects of one stored kind look in each of its versions. Start at {@link
 * dev.nauarch.apiserver.conversion.Conversions}. Pure functions of trees.
 */
@NullMarked
package dev.nauarch.apiserver.conversion;

import org.jspecify.annotations.NullMarked;
