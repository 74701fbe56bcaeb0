/** The demo: a model trained by a gang of pods, a worker lost on the way, and the model served. */
@NullMarked
package dev.nauarch.launcher.demo;

import org.jspecify.annotations.NullMarked;
