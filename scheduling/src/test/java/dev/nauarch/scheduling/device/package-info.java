@NullMarked
package dev.nauarch.scheduling.device;

import org.jspecify.annotations.NullMarked;
