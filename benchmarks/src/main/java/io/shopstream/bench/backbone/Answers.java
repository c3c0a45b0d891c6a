package io.shopstream.bench.backbone;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaFuture;

/** Waits for answers of the broker, for a while. */
public final class Answers {

  private static final long SECONDS = 30;

  private Answers() {}

  /**
   * The answer.
   *
   * @throws IllegalStateException when the broker refuses or does not answer within 30 seconds
   */
  public static <T> T await(KafkaFuture<T> answer) {
    try {
      return answer.get(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while asking the broker", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("The broker refuses: " + e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("The broker did not answer within " + SECONDS + " s", e);
    }
  }
}
