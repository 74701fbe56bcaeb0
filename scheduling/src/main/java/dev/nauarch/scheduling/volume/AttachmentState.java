package dev.nauarch.scheduling.volume;

/**
 * A VolumeAttachment as the scheduler knows it.
 *
 * @param name its name
 * @param node where the volume is, or is to be
 * @param driver who attaches it
 * @param volume the PersistentVolume; empty for a volume that has none
 */
public record AttachmentState(String name, String node, String driver, String volume) {}
