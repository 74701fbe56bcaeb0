/** The rules of webhook configurations and admission policies as objects. */
@NullMarked
package dev.nauarch.apiserver.strategy.admission;

import org.jspecify.annotations.NullMarked;
