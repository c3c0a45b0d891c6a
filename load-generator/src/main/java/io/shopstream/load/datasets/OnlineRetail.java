package io.shopstream.load.datasets;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * The invoices of a British gift shop, 2010-12-01 to 2011-12-09: D. Chen, «Online Retail», UCI
 * Machine Learning Repository, 2015, CC BY 4.0. Orders, prices and names are real, the clicks are
 * derived; {@code load-generator/data/README.md} says how.
 */
public final class OnlineRetail implements Dataset {

  /** Raise it whenever the same file would tell other events. */
  private static final int RULES = 1;

  private static final String RESOURCE = "/datasets/online-retail.csv.gz";
  private static final int GZIP_MAGIC = 0x1f8b;
  private static final int BUFFER = 1 << 16;

  private final String name;
  private final String source;
  private final Opener opener;
  private String fingerprint;
  private Survey survey;

  private OnlineRetail(String name, String source, Opener opener) {
    this.name = name;
    this.source = source;
    this.opener = opener;
  }

  /** The file that ships with the program. */
  public static OnlineRetail shipped() {
    return new OnlineRetail(
        "online-retail",
        "online-retail.csv.gz",
        () -> {
          var in = OnlineRetail.class.getResourceAsStream(RESOURCE);
          if (in == null) {
            throw new IOException(
                "The shipped data set %s is not on the class path: build the project again"
                    .formatted(RESOURCE));
          }
          return in;
        });
  }

  /** A file of the same format, plain or packed with gzip. */
  public static OnlineRetail of(Path file) {
    return new OnlineRetail(
        "online-retail-" + file.getFileName(),
        file.toString(),
        () -> {
          if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IOException("The file %s is not there or cannot be read".formatted(file));
          }
          return Files.newInputStream(file);
        });
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String fingerprint() throws IOException {
    if (fingerprint == null) {
      try (var in = new DigestInputStream(opener.open(), MessageDigest.getInstance("SHA-256"))) {
        in.transferTo(OutputStream.nullOutputStream());
        fingerprint =
            "sha256:%s/rules:%d"
                .formatted(HexFormat.of().formatHex(in.getMessageDigest().digest()), RULES);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("Every Java platform has SHA-256", e);
      }
    }
    return fingerprint;
  }

  @Override
  public Contents contents() throws IOException {
    return survey().contents();
  }

  @Override
  public EventReader open(long timeShiftMs) throws IOException {
    var items = survey().items();
    var refusals = new Refusals();
    return new RetailEventReader(invoices(refusals), refusals, items, timeShiftMs);
  }

  private InvoiceReader invoices(Refusals refusals) throws IOException {
    var packed = new BufferedInputStream(opener.open(), BUFFER);
    try {
      packed.mark(2);
      var magic = packed.read() << 8 | packed.read();
      packed.reset();
      return new InvoiceReader(
          source, magic == GZIP_MAGIC ? new GZIPInputStream(packed, BUFFER) : packed, refusals);
    } catch (IOException | RuntimeException e) {
      packed.close();
      throw e;
    }
  }

  /** One pass over the file: names and prices of the items, and how much there will be. */
  private Survey survey() throws IOException {
    if (survey == null) {
      var catalog = new RetailCatalog();
      var clicks = 0L;
      var orders = 0L;
      var firstMs = Long.MAX_VALUE;
      var lastMs = Long.MIN_VALUE;
      try (var invoices = invoices(new Refusals())) {
        for (var next = invoices.next(); next.isPresent(); next = invoices.next()) {
          var invoice = next.get();
          catalog.add(invoice);
          clicks += VisitDerivation.clicks(invoice);
          orders++;
          firstMs = Math.min(firstMs, VisitDerivation.firstEventMs(invoice));
          lastMs = Math.max(lastMs, invoice.timeMs());
        }
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
      if (orders == 0) {
        throw new IOException(source + " holds no invoice with goods");
      }
      var items = catalog.items();
      survey = new Survey(items, new Contents(clicks, orders, items.size(), firstMs, lastMs));
    }
    return survey;
  }

  private record Survey(Map<String, RetailCatalog.Item> items, Contents contents) {}

  @FunctionalInterface
  private interface Opener {
    InputStream open() throws IOException;
  }
}
