/** What the rules of the layers must catch. */
@NullMarked
package dev.nauarch.routing.badlayer;

import org.jspecify.annotations.NullMarked;
