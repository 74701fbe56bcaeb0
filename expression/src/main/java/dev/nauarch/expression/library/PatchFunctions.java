package dev.nauarch.expression.library;

import dev.cel.common.types.SimpleType;
import dev.nauarch.expression.library.FunctionList.Arg;
import dev.nauarch.expression.library.KubernetesFunctions.Both;

/** Functions for expressions that make patches. */
public final class PatchFunctions {

  private static final FunctionList FUNCTIONS = new FunctionList();

  static {
    FUNCTIONS.function(
        "jsonpatch.escapeKey",
        SimpleType.STRING,
        new Arg<>(SimpleType.STRING, String.class),
        key -> key.replace("~", "~0").replace("/", "~1"));
  }

  /** The functions, for a compiler and for a runtime. */
  public static final Both LIBRARY = new Both(FUNCTIONS);

  private PatchFunctions() {}
}
