/**
 * Says who may do what, by the roles and bindings that are stored in the cluster. Start at {@link
 * dev.nauarch.apiserver.authorization.RbacAuthorizer}; the roles that every cluster has are data,
 * in {@code bootstrap-policy.txt}. May import {@code port} only.
 */
@NullMarked
package dev.nauarch.apiserver.authorization;

import org.jspecify.annotations.NullMarked;
