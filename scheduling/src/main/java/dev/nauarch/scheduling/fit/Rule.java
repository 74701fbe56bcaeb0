package dev.nauarch.scheduling.fit;

/** What may keep a pod from a node, in the order in which a node is checked. */
public enum Rule {
  CLAIM("Volume", "volumes", false),
  CORDON("Cordoned", "cordoned nodes", false),
  TAINT("Taint", "taints", false),
  NODE_SELECTION("NodeSelection", "node selector and node affinity", false),
  PORT("PortConflict", "host ports", true),
  RESOURCES("InsufficientResources", "resources", true),
  VOLUME_IN_USE("VolumeInUse", "volumes in use", true),
  VOLUME_LIMIT("VolumeLimit", "volume limits", true),
  VOLUME("Volume", "volumes", false),
  VOLUME_ZONE("VolumeZone", "volume zones", false),
  DEVICES("Devices", "devices", false),
  SPREAD("TopologySpread", "topology spread", true),
  POD_AFFINITY("PodAffinity", "pod affinity", false),
  POD_ANTI_AFFINITY("PodAntiAffinity", "pod anti-affinity", true),
  PLUGIN("Plugin", "plug-ins", true),
  EXTENDER("Extender", "extenders", true);

  private final String cause;
  private final String subject;
  private final boolean helpedByPreemption;

  Rule(String cause, String subject, boolean helpedByPreemption) {
    this.cause = cause;
    this.subject = subject;
    this.helpedByPreemption = helpedByPreemption;
  }

  /** Its stable name in explanations. */
  public String cause() {
    return cause;
  }

  /** What it is about, for people. */
  public String subject() {
    return subject;
  }

  /** Whether stopping other pods can make it pass. */
  public boolean isHelpedByPreemption() {
    return helpedByPreemption;
  }
}
