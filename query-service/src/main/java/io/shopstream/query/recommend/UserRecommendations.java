package io.shopstream.query.recommend;

import io.micronaut.core.type.Argument;
import io.shopstream.query.direct.DirectAddress;
import io.shopstream.query.json.Ids;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What to show to a user: the address that shops ask with every page. As the route of {@link
 * RecommendationController} is, in front of Micronaut, which took a third of the time.
 */
@Singleton
final class UserRecommendations implements DirectAddress<Recommendations> {

  private static final Argument<Recommendations> TYPE = Argument.of(Recommendations.class);

  private final Recommender recommender;

  UserRecommendations(Recommender recommender) {
    this.recommender = recommender;
  }

  @Override
  public String template() {
    return "/v1/users/{id}/recommendations";
  }

  @Override
  public Argument<Recommendations> type() {
    return TYPE;
  }

  @Override
  public Supplier<CompletableFuture<Recommendations>> question(
      String variable, Map<String, List<String>> parameters) {
    var userId = Ids.checked("id", variable);
    var wishes = Wishes.of(parameters, false);
    return () -> recommender.forUser(userId, wishes);
  }
}
