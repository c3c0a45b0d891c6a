package io.shopstream.bench.throughput;

import io.shopstream.load.datasets.Dataset;
import io.shopstream.load.datasets.OnlineRetail;
import io.shopstream.load.datasets.RepeatedClicks;
import io.shopstream.load.synthetic.SyntheticShop;
import java.util.List;
import java.util.Locale;

/** Where the clicks to drain come from. */
enum ClickSource {
  /** Made up: 300,000 users, 100,000 items, Zipf 0.9. */
  SYNTHETIC {
    @Override
    Dataset clicks(long number) {
      return SyntheticShop.of(number, SEED);
    }

    @Override
    List<String> replayArguments(long number) {
      return List.of(
          "--dataset",
          "synthetic",
          "--events",
          Long.toString(number),
          "--seed",
          Long.toString(SEED));
    }
  },

  /** The shop that ships, as often as it takes. */
  ONLINE_RETAIL {
    @Override
    Dataset clicks(long number) {
      return new RepeatedClicks(OnlineRetail.shipped(), number);
    }

    @Override
    List<String> replayArguments(long number) {
      return List.of("--dataset", "online-retail", "--clicks", Long.toString(number));
    }
  };

  private static final long SEED = 1;

  /** So many clicks. */
  abstract Dataset clicks(long number);

  /** What tells the load generator to publish them. */
  abstract List<String> replayArguments(long number);

  /** Name on the command line and in the output. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
