package io.shopstream.bench.micro;

import io.shopstream.query.catalog.Ranking;
import io.shopstream.query.recommend.VisitScorer;
import io.shopstream.query.recommend.VisitScorer.Scored;
import io.shopstream.query.recommend.VisitScorer.VisitRow;
import io.shopstream.query.recommend.chain.Chain;
import io.shopstream.query.recommend.chain.Proposal;
import io.shopstream.query.recommend.chain.Situation;
import io.shopstream.query.recommend.chain.Source;
import io.shopstream.query.recommend.chain.TogetherSource;
import io.shopstream.query.recommend.chain.TrendSource;
import io.shopstream.query.recommend.rules.Rules;
import io.shopstream.query.recommend.rules.Selection;
import java.util.List;
import java.util.OptionalDouble;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What an answer with recommendations costs once its rows are read. */
@State(Scope.Thread)
@Fork(jvmArgsAppend = "-XX:+UseG1GC")
public class RecommendBench {

  private static final int LIMIT = 10;

  private final VisitScorer scorer = new VisitScorer();
  private final List<Source> sources =
      List.of(
          TogetherSource.ofVisit((kind, nowMs) -> RecommendBench::weights),
          TogetherSource.ofBasket((kind, nowMs) -> RecommendBench::weights),
          TrendSource.inShop(() -> Ranking.EMPTY));
  private final Rules rules =
      new Rules(
          LIMIT,
          List.of(),
          false,
          false,
          List.of(),
          List.of(),
          null,
          null,
          List.of(),
          OptionalDouble.empty(),
          Integer.MAX_VALUE,
          1);
  private final Selection selection = new Selection(rules, 0, hash -> null, hash -> null);
  private List<List<VisitRow>> visits;
  private long nowMs;
  private int next;

  /** Stands for looks into the table of weights, which allocate nothing either. */
  private static void weights(long[] itemHashes, int number, double[] weights) {
    for (var i = 0; i < number; i++) {
      weights[i] = itemHashes[i] & 63;
    }
  }

  /** Lets clicks make rows and visits. */
  @Setup
  public void learn() {
    var sample = new ShopSample();
    visits = sample.visitRows();
    nowMs = sample.nowMs();
  }

  /** Ranks what goes with the items of a visit. */
  @Benchmark
  public List<Scored> scorer() {
    return scorer.score(next(visits), nowMs, RecommendBench::weights, item -> true, LIMIT);
  }

  /** Asks visit, basket and trend in turn, and selects by the rules. */
  @Benchmark
  public List<Proposal> blend() {
    var visit = next(visits);
    var basket = visit.subList(0, Math.min(1, visit.size()));
    var chain =
        new Chain(
            sources,
            new Situation("viewed", visit, basket, List.of(), nowMs),
            item -> true,
            candidate -> 1);
    while (chain.hasMore()) {
      chain.askNext(LIMIT);
    }
    return selection.of(chain.proposals());
  }

  private <T> T next(List<T> all) {
    next = next + 1 < all.size() ? next + 1 : 0;
    return all.get(next);
  }
}
