import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.DeadCodeOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/**
 * Raises the classes of a jar that are older than Java 6 to a version whose code is verified by
 * stack maps (JSR 202): an AOT cache takes no others, and the library that reads the words of every
 * command is made of such classes. Their code stays as it is.
 */
final class UpgradeClasses {
  private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;
  private static final int RAISED_TO = ClassFile.JAVA_11_VERSION;

  private UpgradeClasses() {}

  public static void main(String[] jars) throws IOException {
    for (var jar : jars) {
      upgrade(Path.of(jar));
    }
  }

  private static void upgrade(Path path) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var in = new JarFile(path.toFile());
        var out = new JarOutputStream(bytes);
        var loader = new URLClassLoader(new URL[] {path.toUri().toURL()})) {
      var classFile =
          ClassFile.of(
              ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.defaultResolver()
                      .orElse(ClassHierarchyResolver.ofClassLoading(loader))),
              StackMapsOption.GENERATE_STACK_MAPS,
              DeadCodeOption.PATCH_DEAD_CODE);
      for (var entry : in.stream().toList()) {
        out.putNextEntry(new ZipEntry(entry.getName()));
        var content = in.getInputStream(entry).readAllBytes();
        out.write(entry.getName().endsWith(".class") ? raised(classFile, content) : content);
        out.closeEntry();
      }
    }
    Files.write(path, bytes.toByteArray());
  }

  private static byte[] raised(ClassFile classFile, byte[] content) {
    var model = classFile.parse(content);
    return model.majorVersion() >= FIRST_WITH_STACK_MAPS
        ? content
        : classFile.transformClass(model, UpgradeClasses::raise);
  }

  private static void raise(ClassBuilder builder, ClassElement element) {
    switch (element) {
      case ClassFileVersion version -> builder.withVersion(RAISED_TO, 0);
      // Code that goes through a transformation is written anew, with stack maps.
      case MethodModel method ->
          builder.transformMethod(
              method,
              (changed, part) -> {
                if (part instanceof CodeModel code) {
                  changed.transformCode(code, CodeTransform.ACCEPT_ALL);
                } else {
                  changed.with(part);
                }
              });
      default -> builder.with(element);
    }
  }
}
