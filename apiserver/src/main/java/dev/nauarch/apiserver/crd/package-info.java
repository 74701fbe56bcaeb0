/**
 * Custom resources: what a CustomResourceDefinition must look like, and the {@code Kind} of each
 * version that it serves. From there on a custom resource is a kind like any other. Start at {@link
 * dev.nauarch.apiserver.crd.CustomKinds}; {@link dev.nauarch.apiserver.crd.RuleSet} runs a schema's
 * rules in CEL.
 */
@NullMarked
package dev.nauarch.apiserver.crd;

import org.jspecify.annotations.NullMarked;
