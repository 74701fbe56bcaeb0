package dev.nauarch.apiserver.strategy.workload;

import static dev.nauarch.apiserver.port.MemoryView.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the pods of a Job may still be changed. */
class SuspendedJobTest {

  private static Field job(String suspend, String status, String cpu) {
    return Field.of(
        tree(
            "{'metadata':{'name':'j'},'spec':{'suspend':"
                + suspend
                + ",'template':{'spec':{'containers':[{'name':'c','image':'i','resources':"
                + "{'requests':{'cpu':'"
                + cpu
                + "'}}}]}}},'status':"
                + status
                + "}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          true | {} | true
          false | {} | false
          true | {'startTime':'2026-01-01T00:00:00Z'} | false
          true | {'startTime':'2026-01-01T00:00:00Z','conditions':[{'type':'Suspended','status':'False'}]} | false
          true | {'startTime':'2026-01-01T00:00:00Z','conditions':[{'type':'Suspended','status':'True'}]} | true
          true | {'active':1,'conditions':[{'type':'Suspended','status':'True'}]} | false
          """)
  void whileItIsSuspendedAndNoneOfThemRuns(String suspend, String status, boolean isAllowed) {
    var problems = new Problems();
    JobRules.checkUpdate(problems, job(suspend, status, "2"), job(suspend, status, "1"));
    var told = problems.errors().stream().map(each -> each.toString()).toList().toString();
    assertEquals(isAllowed, !told.contains("spec.template: Invalid value"), told);
  }
}
