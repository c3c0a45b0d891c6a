package io.shopstream.load.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DepartmentsTest {

  @ParameterizedTest
  @CsvSource({
    "WHITE HANGING HEART T-LIGHT HOLDER, Candles & lights",
    "ROSES REGENCY TEACUP AND SAUCER, Tea & table",
    "JUMBO BAG 50'S CHRISTMAS, Christmas",
    "COOK WITH WINE METAL SIGN, Home & walls",
    "PACK OF 72 RETROSPOT CAKE CASES, Kitchen & baking",
    "ZZZ, Curiosities"
  })
  void shouldFollowWhatTheTitleSays(String title, String department) {
    assertThat(Departments.of(title)).isEqualTo(department);
  }
}
