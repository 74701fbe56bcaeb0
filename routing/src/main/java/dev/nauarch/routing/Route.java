package dev.nauarch.routing;

import java.util.List;

/**
 * One HTTPRoute as it is attached to one port.
 *
 * @param namespace its namespace
 * @param name its name
 * @param createdAt its creation, RFC 3339; the older of two equal routes wins
 * @param port the listener's port
 * @param hostnames what hosts it takes, in lower case, {@code *.} in front for all below; empty for
 *     all
 * @param rules its rules
 */
public record Route(
    String namespace,
    String name,
    String createdAt,
    int port,
    List<String> hostnames,
    List<Rule> rules) {}
