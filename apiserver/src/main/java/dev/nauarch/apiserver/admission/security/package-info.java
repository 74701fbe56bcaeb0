/**
 * The Pod Security Standards: namespaces say by labels what their pods may do. Start at {@link
 * dev.nauarch.apiserver.admission.security.PodSecurity}.
 */
@NullMarked
package dev.nauarch.apiserver.admission.security;

import org.jspecify.annotations.NullMarked;
