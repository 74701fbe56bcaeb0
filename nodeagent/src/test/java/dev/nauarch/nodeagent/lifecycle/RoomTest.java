package dev.nauarch.nodeagent.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.api.quota.Amounts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoomTest {

  private static Amounts amounts(String cpu, String memory) {
    return Amounts.of("cpu", Amount.parse(cpu)).with("memory", Amount.parse(memory));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2    | 1Gi | 2 | 1Gi | Enough[]
          1500m| 1Gi | 3 | 1Gi | Lacking[why=Node didn't have enough resource: cpu, requested: 1500, used: 3000, capacity: 4000]
          1    | 1Gi | 1 | 2Gi | Lacking[why=Node didn't have enough resource: memory, requested: 1073741824, used: 2147483648, capacity: 2147483648]
          5    | 1Gi | 0 | 0   | Never[why=Node didn't have enough capacity: cpu, requested: 5000, capacity: 4000]
          0    | 1   | 9 | 0   | Enough[]
          """)
  void whatIsAskedForIsHeldAgainstWhatIsThere(
      String cpu, String memory, String usedCpu, String usedMemory, String room) {
    var found = Room.of(amounts("4", "2Gi"), amounts(usedCpu, usedMemory), amounts(cpu, memory));
    assertEquals(room, found.toString());
  }
}
