package dev.nauarch.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StopSignalTest {

  @ParameterizedTest
  @CsvSource({
    "SIGHUP,1",
    "SIGUSR1,10",
    "SIGTERM,15",
    "SIGSYS,31",
    "SIGPOLL,29",
    "SIGRTMIN+3,37",
    "SIGRTMAX-1,63"
  })
  void aNameHasItsNumber(String name, int number) {
    assertEquals(number, StopSignal.number(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "TERM", "SIG", "SIGNOTHING", "SIGRTMIN+16", "SIGRTMAX-15"})
  void anyOtherNameIsRefused(String name) {
    assertThrows(IllegalArgumentException.class, () -> StopSignal.number(name));
  }
}
