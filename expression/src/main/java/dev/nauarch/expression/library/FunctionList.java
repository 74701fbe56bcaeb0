package dev.nauarch.expression.library;

import dev.cel.checker.CelCheckerBuilder;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import dev.cel.runtime.CelRuntimeBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A library of functions while it is written down: each overload has its declaration and its body
 * in one place.
 */
final class FunctionList {

  private final Map<String, List<CelOverloadDecl>> declarations = new LinkedHashMap<>();
  private final Map<String, List<CelFunctionBinding>> bindings = new LinkedHashMap<>();

  /** A function of one argument, {@code name(a)}. */
  <A> void function(String name, CelType result, Arg<A> first, CelFunctionOverload.Unary<A> body) {
    var id = id(name, first.type());
    declare(name, CelOverloadDecl.newGlobalOverload(id, result, first.type()));
    bind(name, CelFunctionBinding.from(id, first.javaType(), body));
  }

  /** A function of two arguments, {@code name(a, b)}. */
  <A, B> void function(
      String name,
      CelType result,
      Arg<A> first,
      Arg<B> second,
      CelFunctionOverload.Binary<A, B> body) {
    var id = id(name, first.type(), second.type());
    declare(name, CelOverloadDecl.newGlobalOverload(id, result, first.type(), second.type()));
    bind(name, CelFunctionBinding.from(id, first.javaType(), second.javaType(), body));
  }

  /** A member, {@code a.name()}. */
  <A> void member(String name, CelType result, Arg<A> target, CelFunctionOverload.Unary<A> body) {
    var id = "member_" + id(name, target.type());
    declare(name, CelOverloadDecl.newMemberOverload(id, result, target.type()));
    bind(name, CelFunctionBinding.from(id, target.javaType(), body));
  }

  /** A member with an argument, {@code a.name(b)}. */
  <A, B> void member(
      String name,
      CelType result,
      Arg<A> target,
      Arg<B> argument,
      CelFunctionOverload.Binary<A, B> body) {
    var id = "member_" + id(name, target.type(), argument.type());
    declare(name, CelOverloadDecl.newMemberOverload(id, result, target.type(), argument.type()));
    bind(name, CelFunctionBinding.from(id, target.javaType(), argument.javaType(), body));
  }

  /** A member with two arguments, {@code a.name(b, c)}. */
  <A, B, C> void member(
      String name,
      CelType result,
      Arg<A> target,
      Arg<B> second,
      Arg<C> third,
      CelFunctionOverload body) {
    var id = "member_" + id(name, target.type(), second.type(), third.type());
    declare(
        name,
        CelOverloadDecl.newMemberOverload(id, result, target.type(), second.type(), third.type()));
    var classes = List.<Class<?>>of(target.javaType(), second.javaType(), third.javaType());
    bind(name, CelFunctionBinding.from(id, classes, body));
  }

  /** A function without arguments, {@code name()}. */
  void constant(String name, CelType result, CelFunctionOverload body) {
    var id = id(name);
    declare(name, CelOverloadDecl.newGlobalOverload(id, result));
    bind(name, CelFunctionBinding.from(id, List.<Class<?>>of(), body));
  }

  /**
   * An argument.
   *
   * @param type its type in CEL
   * @param javaType the class of its values
   */
  record Arg<A>(CelType type, Class<A> javaType) {

    /** A list. */
    @SuppressWarnings("unchecked") // A class literal has no type arguments.
    static Arg<List<?>> listOf(CelType item) {
      return new Arg<>(ListType.create(item), (Class<List<?>>) (Class<?>) List.class);
    }
  }

  private static String id(String name, CelType... types) {
    var id = new StringBuilder("kubernetes_").append(name.replace('.', '_'));
    for (var type : types) {
      id.append('_').append(type.name().replace('.', '_'));
      type.parameters().forEach(part -> id.append('_').append(part.name().replace('.', '_')));
    }
    return id.toString();
  }

  private void declare(String name, CelOverloadDecl overload) {
    declarations.computeIfAbsent(name, _ -> new ArrayList<>()).add(overload);
  }

  private void bind(String name, CelFunctionBinding binding) {
    bindings.computeIfAbsent(name, _ -> new ArrayList<>()).add(binding);
  }

  void setCheckerOptions(CelCheckerBuilder checkerBuilder) {
    declarations.forEach(
        (name, overloads) ->
            checkerBuilder.addFunctionDeclarations(
                CelFunctionDecl.newFunctionDeclaration(name, overloads)));
  }

  void setRuntimeOptions(CelRuntimeBuilder runtimeBuilder) {
    bindings.forEach(
        (name, overloads) ->
            runtimeBuilder.addFunctionBindings(CelFunctionBinding.fromOverloads(name, overloads)));
  }
}
