package dev.nauarch.scheduling.plugin;

import java.util.SortedMap;

/** A pod as plug-ins see it. Valid only while the plug-in is asked. */
public interface PodView {

  /** Its namespace. */
  String namespace();

  /** Its name; empty for a place that is looked for before the pod is made. */
  String name();

  /** Its labels. */
  SortedMap<String, String> labels();

  /** Its annotations. */
  SortedMap<String, String> annotations();

  /** Its priority. */
  int priority();

  /**
   * What it asks for: thousandths of a processor, bytes of {@code memory} and {@code
   * ephemeral-storage}, and whole units of everything else; 0 where it asks for none.
   */
  long requests(String resource);
}
