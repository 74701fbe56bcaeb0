package dev.nauarch.expression;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.re2j.Pattern;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.nauarch.expression.Compilation.Compiled;
import dev.nauarch.expression.Compilation.Rejected;
import dev.nauarch.expression.ValueType.ListOf;
import dev.nauarch.expression.ValueType.MapOf;
import dev.nauarch.expression.ValueType.Opaque;
import dev.nauarch.expression.ValueType.OptionalOf;
import dev.nauarch.expression.ValueType.Scalar;
import dev.nauarch.expression.ValueType.Sized;
import dev.nauarch.expression.ValueType.Structure;
import dev.nauarch.expression.ValueType.Yielded;
import dev.nauarch.expression.library.KubernetesFunctions;
import dev.nauarch.expression.library.PatchFunctions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compiles expressions that read certain variables. Making one takes about a millisecond, the very
 * first one some hundreds: make one for each set of variables and keep it. Immutable.
 */
public final class CelEnvironment {

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .enableHeterogeneousNumericComparisons(true)
          .enableOptionalSyntax(true)
          .maxExpressionCodePointSize(100_000)
          .maxRegexProgramSize(10_000)
          .build();

  /** The value that is none; an absent object, say. */
  public static final Object NULL = NullValue.NULL_VALUE;

  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Map<String, ValueType> typeByVariable;
  private final boolean makesObjects;
  private final boolean namesValues;
  private final Cel cel;

  /**
   * @param typeByVariable the variables and their types
   */
  public CelEnvironment(Map<String, ValueType> typeByVariable) {
    this(typeByVariable, false);
  }

  /**
   * @param typeByVariable the variables and their types
   * @param makesObjects whether expressions may make objects, {@code Object{...}}, and the
   *     operations of patches, {@code JSONPatch{...}}; their values are {@link MadeObject}s
   */
  public CelEnvironment(Map<String, ValueType> typeByVariable, boolean makesObjects) {
    this(typeByVariable, makesObjects, false);
  }

  private CelEnvironment(
      Map<String, ValueType> typeByVariable, boolean makesObjects, boolean namesValues) {
    this.typeByVariable = typeByVariable;
    this.makesObjects = makesObjects;
    this.namesValues = namesValues;
    this.cel = build(ImmutableSet.of());
  }

  /**
   * An environment in which a value may get a name for the rest of an expression, {@code
   * cel.bind(name, value, rest)}, as in selectors of devices.
   *
   * @param typeByVariable the variables and their types
   */
  public static CelEnvironment namingValues(Map<String, ValueType> typeByVariable) {
    return new CelEnvironment(typeByVariable, false, true);
  }

  /** {@code madeFields} are the fields that objects which an expression makes may have. */
  private Cel build(Set<String> madeFields) {
    var structures = new Structures(ImmutableSet.copyOf(madeFields));
    var builder =
        CelFactory.plannerCelBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addCompilerLibraries(
                CelExtensions.optional(),
                CelExtensions.strings(),
                CelExtensions.sets(OPTIONS),
                CelExtensions.lists(),
                CelExtensions.comprehensions(),
                KubernetesFunctions.LIBRARY)
            .addRuntimeLibraries(
                CelExtensions.optional(),
                CelExtensions.strings(),
                CelExtensions.sets(OPTIONS),
                CelExtensions.lists(),
                CelExtensions.comprehensions(),
                KubernetesFunctions.LIBRARY);
    if (namesValues) {
      builder.addCompilerLibraries(CelExtensions.bindings());
    }
    if (makesObjects) {
      builder
          .addCompilerLibraries(PatchFunctions.LIBRARY)
          .addRuntimeLibraries(PatchFunctions.LIBRARY)
          .setValueProvider(
              (name, fields) -> Optional.of(new MadeObject(name, ImmutableMap.copyOf(fields))));
    }
    typeByVariable.forEach((name, type) -> builder.addVar(name, structures.celType(type)));
    return builder.setTypeProvider(structures).build();
  }

  /** The environment of one expression: the fields that it may set are any that it names. */
  private Cel of(String expression) {
    if (!makesObjects) {
      return cel;
    }
    var words = new TreeSet<String>();
    var word = WORD.matcher(expression);
    while (word.find()) {
      words.add(word.group());
    }
    return build(words);
  }

  /**
   * Compiles an expression.
   *
   * @param expression the text
   * @param result the type that it must have
   */
  public Compilation compile(String expression, Scalar result) {
    try {
      var environment = of(expression);
      var tree = environment.compile(expression).getAst();
      var wrong = LiteralCheck.problems(tree);
      if (wrong.isPresent()) {
        return new Rejected("compilation failed: " + wrong.get());
      }
      var type = tree.getResultType();
      var wanted = scalar(result);
      if (!type.equals(wanted) && !type.equals(SimpleType.DYN) && !wanted.equals(SimpleType.DYN)) {
        return new Rejected("must evaluate to " + wanted.name());
      }
      return new Compiled(new CelProgram(environment.createProgram(tree), tree));
    } catch (CelValidationException | CelEvaluationException invalid) {
      return new Rejected("compilation failed: " + CompilerWords.ofKubernetes(invalid));
    }
  }

  /**
   * Compiles an expression of any type, which {@link CelProgram#type} tells.
   *
   * @param expression the text
   */
  public Compilation compile(String expression) {
    return compile(expression, Scalar.ANY);
  }

  private static CelType scalar(Scalar type) {
    return switch (type) {
      case BOOL -> SimpleType.BOOL;
      case INT -> SimpleType.INT;
      case DOUBLE -> SimpleType.DOUBLE;
      case STRING -> SimpleType.STRING;
      case BYTES -> SimpleType.BYTES;
      case DURATION -> SimpleType.DURATION;
      case TIMESTAMP -> SimpleType.TIMESTAMP;
      case ANY -> SimpleType.DYN;
    };
  }

  /** The objects that variables hold, found by their names. */
  @SuppressWarnings("Immutable") // Filled while the environment is made, only read afterwards.
  private static final class Structures implements CelTypeProvider {
    private static final CelType PATCH =
        StructType.create(
            "JSONPatch",
            ImmutableSet.of("op", "path", "from", "value"),
            field ->
                switch (field) {
                  case "op", "path", "from" -> Optional.of(SimpleType.STRING);
                  case "value" -> Optional.of(SimpleType.DYN);
                  default -> Optional.empty();
                });

    private final Map<String, CelType> typeByName = new LinkedHashMap<>();
    private final ImmutableSet<String> madeFields;

    private Structures(ImmutableSet<String> madeFields) {
      this.madeFields = madeFields;
    }

    private CelType celType(ValueType type) {
      return switch (type) {
        case Scalar scalar -> scalar(scalar);
        case Sized(var sized, _) -> scalar(sized);
        case ListOf(var item, _) -> ListType.create(celType(item));
        case MapOf(var value, _) -> MapType.create(SimpleType.STRING, celType(value));
        case OptionalOf(var value) -> OptionalType.create(celType(value));
        case Opaque(var name) -> OpaqueType.create(name);
        case Structure structure -> structure(structure);
        case Yielded yielded -> yielded.type();
      };
    }

    private CelType structure(Structure structure) {
      var known = typeByName.get(structure.name());
      if (known != null) {
        return known;
      }
      var fieldTypes = new LinkedHashMap<String, CelType>();
      var created =
          StructType.create(
              structure.name(),
              ImmutableSet.copyOf(structure.typeByField().keySet()),
              field -> Optional.ofNullable(fieldTypes.get(field)));
      // Known before its fields are: one of them may be of this very type.
      typeByName.put(structure.name(), created);
      structure
          .typeByField()
          .forEach((field, fieldType) -> fieldTypes.put(field, celType(fieldType.get())));
      return created;
    }

    @Override
    public ImmutableCollection<CelType> types() {
      return ImmutableList.copyOf(typeByName.values());
    }

    @Override
    public Optional<CelType> findType(String typeName) {
      if (!madeFields.isEmpty() && typeName.equals("JSONPatch")) {
        return Optional.of(PATCH);
      }
      if (!madeFields.isEmpty() && (typeName.equals("Object") || typeName.startsWith("Object."))) {
        return Optional.of(
            StructType.create(typeName, madeFields, _ -> Optional.of(SimpleType.DYN)));
      }
      return Optional.ofNullable(typeByName.get(typeName));
    }
  }

  /** What a value of the type {@code bytes} holds; empty for one of another type. */
  public static Optional<byte[]> bytes(Object value) {
    return value instanceof CelByteString bytes
        ? Optional.of(bytes.toByteArray())
        : Optional.empty();
  }
}
