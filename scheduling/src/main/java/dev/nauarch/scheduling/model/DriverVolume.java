package dev.nauarch.scheduling.model;

/**
 * A volume as a driver knows it.
 *
 * @param driver the driver's name
 * @param handle the driver's name for the volume
 * @param plugin the plugin that attached such volumes before the driver did, and still does on
 *     nodes that don't say otherwise; empty for none
 */
public record DriverVolume(String driver, String handle, String plugin) {}
