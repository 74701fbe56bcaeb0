@NullMarked
package dev.nauarch.scheduling.share;

import org.jspecify.annotations.NullMarked;
