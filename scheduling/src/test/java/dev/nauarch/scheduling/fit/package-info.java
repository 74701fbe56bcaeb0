@NullMarked
package dev.nauarch.scheduling.fit;

import org.jspecify.annotations.NullMarked;
