package io.shopstream.bench.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.shopstream.streams.profile.value.PurchaseRhythm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfilesEvaluationTest {

  private static final double DAY_MS = 86_400_000;

  @TempDir Path folder;

  @Test
  void shouldCountPairsThatAreInOrderAsAreaUnderTheCurve() {
    var forecasts = new Forecasts();
    forecasts.add(0.9, true);
    forecasts.add(0.5, false);
    forecasts.add(0.5, true);
    forecasts.add(0.1, false);

    // Of four pairs three are in order and one is a tie.
    assertThat(forecasts.auc()).isCloseTo(3.5 / 4, within(1e-12));
  }

  @Test
  void shouldFindNoCalibrationErrorWhereForecastsComeTrue() {
    var forecasts = new Forecasts();
    for (var i = 0; i < 100; i++) {
      forecasts.add(0.25, i < 25);
      forecasts.add(0.75, i < 65);
    }
    assertThat(forecasts.calibrationError()).isCloseTo(0.05, within(1e-12));
  }

  @Test
  void shouldKnowTheGammaFunction() {
    assertThat(RhythmFit.logGamma(0.5)).isCloseTo(Math.log(Math.sqrt(Math.PI)), within(1e-10));
    assertThat(RhythmFit.logGamma(6)).isCloseTo(Math.log(120), within(1e-10));
  }

  /** Customers are made up by the model's own story; the fit must find who made them. */
  @Test
  void shouldFindTheParametersThatMadeTheCustomers() {
    var random = new Random(1);
    var rhythms = new ArrayList<PurchaseRhythm>();
    var days = 400.0;
    for (var customer = 0; customer < 3_000; customer++) {
      // A gamma of shape 2 is the sum of two exponentials, a beta of (1, 3) has a closed inverse.
      var rate = -Math.log(random.nextDouble() * random.nextDouble()) / 50;
      var leaving = 1 - Math.pow(1 - random.nextDouble(), 1 / 3.0);
      var repeats = 0;
      var last = 0.0;
      for (var next = wait(random, rate);
          next < days && (repeats == 0 || random.nextDouble() > leaving);
          next += wait(random, rate)) {
        repeats++;
        last = next;
      }
      rhythms.add(new PurchaseRhythm(repeats, 0, (long) (last * DAY_MS)));
    }
    var fit = new RhythmFit(rhythms, (long) (days * DAY_MS));
    var customers = fit.fit();

    assertThat(customers.r()).isCloseTo(2, within(0.3));
    assertThat(customers.alpha()).isCloseTo(50, within(8.0));
    assertThat(customers.a() / (customers.a() + customers.b())).isCloseTo(0.25, within(0.05));
    assertThat(fit.meanLogLikelihood(customers))
        .isGreaterThanOrEqualTo(
            fit.meanLogLikelihood(new PurchaseRhythm.Customers(2, 50, 1, 3)) - 1e-6);
  }

  private static double wait(Random random, double rate) {
    return -Math.log(random.nextDouble()) / rate;
  }

  @Test
  void shouldRecomputeACustomerNetOfWhatWasTakenBack() throws Exception {
    var file = folder.resolve("invoices.csv");
    Files.writeString(
        file,
        """
        InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
        1,10001,"A, B",2,2010-12-01 08:00:00,1.5,17,United Kingdom
        1,POST,Postage,1,2010-12-01 08:00:00,9,17,United Kingdom
        2,10002,C,1,2010-12-05 08:00:00,7,17,United Kingdom
        C3,10002,C,-1,2010-12-06 08:00:00,7,17,United Kingdom
        4,POST,Postage,1,2010-12-07 08:00:00,9,18,United Kingdom
        """);
    var retail = RetailFile.read(file);
    var expected = Expected.of(retail.byCustomer().get("17"));

    assertThat(expected.frequency()).isEqualTo(1);
    assertThat(expected.takenBack()).isEqualTo(1);
    assertThat(expected.pence()).isEqualTo(300);
    assertThat(expected.lastMs()).isEqualTo(expected.firstMs());
    assertThat(retail.withoutGoods()).containsOnlyKeys("18");
  }
}
