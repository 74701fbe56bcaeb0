package dev.nauarch.scheduling.model;

import java.util.List;

/**
 * What a claim asks for and a volume is.
 *
 * @param storageClass its class; empty for none
 * @param modes the modes of access
 * @param isBlock whether it is a device and no file system
 * @param attributesClass its class of attributes; empty for none
 */
public record VolumeForm(
    String storageClass, List<String> modes, boolean isBlock, String attributesClass) {

  /** Copies the list. */
  public VolumeForm {
    modes = List.copyOf(modes);
  }

  /** Whether a volume of this form is what a claim of that form asks for, its class aside. */
  public boolean serves(VolumeForm asked) {
    return isBlock == asked.isBlock
        && attributesClass.equals(asked.attributesClass)
        && modes.containsAll(asked.modes);
  }
}
