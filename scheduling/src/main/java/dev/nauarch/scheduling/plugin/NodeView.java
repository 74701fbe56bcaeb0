package dev.nauarch.scheduling.plugin;

import java.util.List;
import java.util.SortedMap;

/** A node as plug-ins see it. Valid only while the plug-in is asked. */
public interface NodeView {

  /** Its name. */
  String name();

  /** Its labels. */
  SortedMap<String, String> labels();

  /** Its annotations. */
  SortedMap<String, String> annotations();

  /** What all of its pods together may ask for, in the units of {@link PodView#requests}. */
  long allocatable(String resource);

  /** What its pods ask for, and those for which places are held on it. */
  long requested(String resource);

  /** The pods that run there or will, but for those of which only a place is held. */
  List<PodView> pods();
}
