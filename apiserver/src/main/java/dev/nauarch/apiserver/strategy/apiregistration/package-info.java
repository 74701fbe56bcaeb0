/** What is peculiar to APIServices. */
@NullMarked
package dev.nauarch.apiserver.strategy.apiregistration;

import org.jspecify.annotations.NullMarked;
