package dev.nauarch.nodeagent.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which processors are taken; what upstream takes on the same machines. */
final class CpuChoiceTest {
  private static final MachineTopology FOUR_NODES = Machines.of(2, 4, 10, 2, 1);

  private static String packed(MachineTopology machine, String free, int count) {
    return CpuTaker.take(machine, CpuSet.parse(free), count, false, false).toString();
  }

  @Test
  void aCoreThatIsBegunIsTakenBeforeAWholeOne() {
    var machine = Machines.of(1, 1, 4, 2, 1);
    assertEquals("0", packed(machine, "0-7", 1));
    assertEquals("0,4", packed(machine, "0-7", 2));
    assertEquals("4", packed(machine, "1-7", 1));
    assertEquals("1,5", packed(machine, "1-7", 2));
    assertEquals("0-2,4-6", packed(machine, "0-7", 6));
  }

  @Test
  void aWholeSocketIsTakenBeforePartsOfTwo() {
    assertEquals("1,3,5,7,9,11", packed(Machines.interleaved(), "1-11", 6));
    assertEquals("2", packed(Machines.interleaved(), "1-5,7-11", 1));
    assertEquals("0-19,40-59", packed(FOUR_NODES, "0-79", 40));
    assertEquals("10-19,50-59", packed(FOUR_NODES, "1-79", 20));
  }

  @Test
  void tooFewAreRefusedInUpstreamsWords() {
    var refusal = assertThrows(IllegalArgumentException.class, () -> packed(FOUR_NODES, "0-3", 5));
    assertEquals(
        "not enough cpus available to satisfy request: requested=5, available=4",
        refusal.getMessage());
  }

  @Test
  void acrossCoresNoTwoShareOneWhileThereAreOthers() {
    var machine = Machines.of(1, 1, 4, 2, 1);
    assertEquals("0-3", CpuTaker.take(machine, CpuSet.parse("0-7"), 4, true, false).toString());
  }

  @Test
  void byCacheAWholeOneIsTakenAndThenPartOfOne() {
    var machine = Machines.of(1, 1, 8, 2, 4);
    assertEquals(
        "0-1,8-9", CpuTaker.take(machine, CpuSet.parse("0-15"), 4, false, true).toString());
    // Two cores are left of the first cache's, and the whole second cache is not broken.
    assertEquals(
        "2-3,10-11", CpuTaker.take(machine, CpuSet.parse("1-15"), 4, false, true).toString());
    assertEquals(
        "1,9", CpuTaker.take(machine, CpuSet.parse("1-7,9-15"), 2, false, true).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0-79;26;1;0-6,10-16,40-45,50-55",
        "0-79;26;2;0-6,10-15,40-46,50-55",
        "0-79;62;1;0-7,10-17,20-27,30-37,40-47,50-57,60-66,70-76",
        "0-79;62;2;0-7,10-17,20-27,30-36,40-47,50-57,60-67,70-76",
        "0-8,10-18,20-39,40-48,50-58,60-79;62;1;0-7,10-17,20-27,30-37,40-46,50-56,60-67,70-77",
        "0-8,10-18,20-39,40-48,50-58,60-79;62;2;0-7,10-16,20-27,30-37,40-47,50-56,60-67,70-77",
        "0-3,10-13,20-23,30-36,40-43,50-53,60-63,70-76;34;1;"
            + "0-3,10-13,20-23,30-34,40-43,50-53,60-63,70-74"
      })
  void acrossNodesTheSharesAreEven(String free, int count, int group, String taken) {
    assertEquals(
        CpuSet.parse(taken).toString(),
        CpuSpread.take(FOUR_NODES, CpuSet.parse(free), count, group, false).toString());
  }
}
