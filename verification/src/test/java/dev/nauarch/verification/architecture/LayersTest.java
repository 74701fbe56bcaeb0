package dev.nauarch.verification.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.nauarch.routing.badlayer.BadLayer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A module imports what the table in ARCHITECTURE.md says it may, and nothing else of ours. */
class LayersTest {

  /** Module by package; the store's adapters lie in packages below the store's own. */
  private static final Map<String, List<String>> MAY_IMPORT = new LinkedHashMap<>();

  static {
    MAY_IMPORT.put("api", List.of());
    MAY_IMPORT.put("kernel", List.of());
    MAY_IMPORT.put("expression", List.of());
    MAY_IMPORT.put("store.embedded", List.of("store", "kernel"));
    MAY_IMPORT.put("store.etcd", List.of("store", "kernel"));
    MAY_IMPORT.put("store", List.of("kernel"));
    MAY_IMPORT.put("scheduling", List.of("api", "kernel", "expression"));
    MAY_IMPORT.put("reconcile", List.of("api", "kernel", "expression"));
    MAY_IMPORT.put("routing", List.of("api", "kernel", "expression"));
    MAY_IMPORT.put("client", List.of("api"));
    MAY_IMPORT.put("apiserver", List.of("api", "kernel", "expression", "store", "client"));
    MAY_IMPORT.put("controlplane", List.of("api", "kernel", "scheduling", "reconcile", "client"));
    MAY_IMPORT.put("protocols", List.of());
    MAY_IMPORT.put("nodeagent", List.of("api", "kernel", "client", "protocols"));
    MAY_IMPORT.put("gateway", List.of("api", "kernel", "routing", "client"));
  }

  @Test
  void modulesImportWhatTheyMay() {
    var production =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.nauarch");
    assertEquals(List.of(), violations(production));
  }

  @Test
  void theRuleCatchesACoreThatImportsAnother() {
    var found = violations(new ClassFileImporter().importClasses(BadLayer.class));
    assertTrue(found.stream().anyMatch(line -> line.contains("routing may not import scheduling")));
  }

  private static List<String> violations(JavaClasses classes) {
    var found = new TreeSet<String>();
    for (var type : classes) {
      var module = module(type);
      var allowed = MAY_IMPORT.get(module);
      if (allowed == null) {
        continue; // the launcher and this module may import everything
      }
      for (var dependency : type.getDirectDependenciesFromSelf()) {
        var target = module(dependency.getTargetClass());
        if (!target.isEmpty() && !target.equals(module) && !allowed.contains(target)) {
          found.add(module + " may not import " + target + ": " + dependency.getDescription());
        }
      }
    }
    return new ArrayList<>(found);
  }

  private static String module(JavaClass type) {
    var name = type.getPackageName();
    return MAY_IMPORT.keySet().stream()
        .filter(
            module -> {
              var root = "dev.nauarch." + module;
              return name.equals(root) || name.startsWith(root + ".");
            })
        .findFirst()
        .orElse(name.startsWith("dev.nauarch") ? "launcher" : "");
  }
}
