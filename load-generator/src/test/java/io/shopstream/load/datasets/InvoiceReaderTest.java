package io.shopstream.load.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shopstream.load.datasets.Refusals.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class InvoiceReaderTest {

  private static final String HEADER = String.join(",", InvoiceLine.HEADER) + "\n";

  private final List<Refusal> refused = new ArrayList<>();

  private List<Invoice> read(String lines) throws IOException {
    var refusals = new Refusals();
    refusals.onRefusal(refused::add);
    var invoices = new ArrayList<Invoice>();
    var text = (HEADER + lines).getBytes(StandardCharsets.UTF_8);
    try (var reader = new InvoiceReader("test.csv", new ByteArrayInputStream(text), refusals)) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        invoices.add(next.get());
      }
    }
    assertThat(refusals.total()).isEqualTo(refused.size());
    return invoices;
  }

  @Test
  void shouldGatherTheLinesOfAnInvoice() throws IOException {
    var invoices =
        read(
            """
            536365,85123a,WHITE HANGING HEART T-LIGHT HOLDER,6,2010-12-01 08:26:00,2.55,17850,United Kingdom
            536365,21730,"GLASS ""STAR"", FROSTED",3,2010-12-01 08:26:00,4.25,17850,United Kingdom
            """);

    assertThat(invoices)
        .containsExactly(
            new Invoice(
                "536365",
                false,
                1_291_191_960_000L,
                "17850",
                "United Kingdom",
                List.of(
                    new Invoice.Line(1, "85123A", "WHITE HANGING HEART T-LIGHT HOLDER", 6, 255),
                    new Invoice.Line(2, "21730", "GLASS \"STAR\", FROSTED", 3, 425))));
    assertThat(refused).isEmpty();
  }

  @Test
  void shouldTurnACancellationPositive() throws IOException {
    var invoices = read("C536379,22632,HAND WARMER,-3,2010-12-01 09:41:00,1.85,14527,Germany\n");

    assertThat(invoices).hasSize(1);
    assertThat(invoices.get(0).cancellation()).isTrue();
    assertThat(invoices.get(0).lines())
        .containsExactly(new Invoice.Line(1, "22632", "HAND WARMER", 3, 185));
  }

  @Test
  void shouldRefuseWhatIsNoGoodsAndKeepTheRest() throws IOException {
    var invoices =
        read(
            """
            536370,22728,ALARM CLOCK,24,2010-12-01 08:45:00,3.75,12583,France
            536370,POST,POSTAGE,3,2010-12-01 08:45:00,18,12583,France
            536370,23444,Next Day Carriage,1,2010-12-01 08:45:00,15,12583,France
            536370,22727,damaged,-2,2010-12-01 08:45:00,0,12583,France
            536370,22726,FOUND,2,2010-12-01 08:45:00,0,12583,France
            536370,22725,ALARM CLOCK,2,2010-12-01 08:45:00,-1.5,12583,France
            A563186,B,Adjust bad debt,1,2010-12-01 08:46:00,-11062.06,,United Kingdom
            C536371,22725,ALARM CLOCK,2,2010-12-01 08:47:00,1.5,12583,France
            536370,22724,ALARM CLOCK,1,2010-12-01 08:47:00,3.75,12583,France
            """);

    assertThat(invoices).hasSize(1);
    assertThat(invoices.get(0).lines()).extracting(Invoice.Line::ordinal).containsExactly(1, 7);
    assertThat(refused)
        .extracting(Refusal::line, Refusal::reason)
        .containsExactly(
            tuple(3, RefusalReason.NOT_GOODS),
            tuple(4, RefusalReason.NOT_GOODS),
            tuple(5, RefusalReason.STOCK_ADJUSTMENT),
            tuple(6, RefusalReason.NO_PRICE),
            tuple(7, RefusalReason.NO_PRICE),
            tuple(8, RefusalReason.NOT_GOODS),
            tuple(9, RefusalReason.STOCK_ADJUSTMENT));
  }

  @Test
  void shouldNameTheFieldOfALineThatCannotBeRead() throws IOException {
    var good = "536365,22752,BOXES,2,2010-12-01 08:26:00,7.65,17850,United Kingdom\n";
    var invoices =
        read(
            String.join(
                "\n",
                "536365,22752,BOXES,2,2010-12-01 08:26:00,7.65,17850",
                "536365,22752,BOXES,two,2010-12-01 08:26:00,7.65,17850,United Kingdom",
                "536365,22752,BOXES,2,1 Dec 2010,7.65,17850,United Kingdom",
                "536365,22752,BOXES,2,2010-12-01 08:26:00,free,17850,United Kingdom",
                "536365,22752,BOXES,2,2010-12-01 08:26:00,1e99,17850,United Kingdom",
                ",22752,BOXES,2,2010-12-01 08:26:00,7.65,17850,United Kingdom",
                "536365," + "9".repeat(65) + ",BOXES,2,2010-12-01 08:26:00,7.65,1,United Kingdom",
                "536365,22\u00e92,BOXES,2,2010-12-01 08:26:00,7.65,17850,United Kingdom",
                "536365,22752,\"BOXES\"!,2,2010-12-01 08:26:00,7.65,17850,United Kingdom",
                "536365,22752,\"BOXES,2,2010-12-01 08:26:00,7.65,17850,United Kingdom",
                "x".repeat(100_000),
                "\u0000\u0001",
                good));

    assertThat(invoices).hasSize(1);
    assertThat(invoices.get(0).lines()).hasSize(1);
    assertThat(refused)
        .extracting(Refusal::reason)
        .hasSize(12)
        .containsOnly(RefusalReason.MALFORMED);
    assertThat(refused).extracting(Refusal::line).first().isEqualTo(2L);
    assertThat(refused.stream().map(Refusal::detail).toList())
        .satisfiesExactly(
            detail -> assertThat(detail).startsWith("7 fields instead of 8"),
            detail -> assertThat(detail).startsWith("Quantity is not a whole number: two"),
            detail -> assertThat(detail).startsWith("InvoiceDate is not a time like"),
            detail -> assertThat(detail).startsWith("UnitPrice is not a number: free"),
            detail -> assertThat(detail).startsWith("UnitPrice is out of range: 1e99"),
            detail -> assertThat(detail).startsWith("InvoiceNo is empty"),
            detail -> assertThat(detail).startsWith("StockCode is longer than 64"),
            detail -> assertThat(detail).startsWith("StockCode holds a character outside"),
            detail -> assertThat(detail).contains("!"),
            detail -> assertThat(detail).startsWith("3 fields"),
            detail -> assertThat(detail).startsWith("1 fields"),
            detail -> assertThat(detail).startsWith("1 fields"));
  }

  @Test
  void shouldGatherLinesThatAreMinutesApartAndRefuseThoseThatAreFurther() throws IOException {
    var invoices =
        read(
            """
            1,22752,BOXES,1,2010-12-01 08:00:00,1,17850,France
            2,22752,BOXES,1,2010-12-01 08:05:00,1,17850,France
            1,22753,BOXES,1,2010-12-01 08:07:00,1,17850,France
            3,22752,BOXES,1,2010-12-01 08:30:00,1,17850,France
            1,22754,BOXES,1,2010-12-01 08:31:00,1,17850,France
            4,22752,BOXES,1,2010-12-01 08:20:00,1,17850,France
            """);

    assertThat(invoices).extracting(Invoice::id).containsExactly("2", "1", "3");
    assertThat(invoices.get(1).lines()).hasSize(2);
    assertThat(refused)
        .extracting(Refusal::line, Refusal::reason)
        .containsExactly(tuple(6, RefusalReason.REOPENED), tuple(7, RefusalReason.OUT_OF_ORDER));
  }

  @Test
  void shouldSayWhichHeaderIsMissing() {
    var text = new ByteArrayInputStream("a,b\n1,2\n".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> new InvoiceReader("test.csv", text, new Refusals()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("test.csv, line 1")
        .hasMessageContaining("InvoiceNo")
        .hasMessageContaining("a,b");
  }

  @Test
  void shouldSayWhereABrokenFileBreaksOff() throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(HEADER.getBytes(StandardCharsets.UTF_8));
      for (var i = 0; i < 10_000; i++) {
        gzip.write(
            (i + ",22752,BOXES,2,2010-12-01 08:26:00,7.65,17850,France\n")
                .getBytes(StandardCharsets.UTF_8));
      }
    }
    var half = Arrays.copyOf(packed.toByteArray(), packed.size() / 2);

    try (var reader =
        new InvoiceReader(
            "half.csv.gz", new GZIPInputStream(new ByteArrayInputStream(half)), new Refusals())) {
      assertThatThrownBy(reader::next)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("half.csv.gz breaks off or is damaged after line");
    }
  }

  private static Tuple tuple(long line, RefusalReason reason) {
    return Tuple.tuple(line, reason);
  }
}
