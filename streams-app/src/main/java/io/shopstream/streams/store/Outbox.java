package io.shopstream.streams.store;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * Holds what a processor wants to send until the commit, so that records for the same target can be
 * merged into few large ones.
 *
 * <p>A processor has no hook before a commit, and what it buffers in a field would be lost: the
 * input would be committed and the output never sent. Kafka Streams does call its caching stores
 * before each commit, so this is a store: without changelog, because what was not committed is
 * consumed again, and dropped whenever the task is closed without a commit.
 *
 * @param <C> what gathers the records
 */
public final class Outbox<C extends Outbox.Content>
    implements StateStore, CachedStateStore<Object, Object> {

  /** Gathers records and sends them when asked. Used by one thread. */
  public interface Content {
    /** Sends all that was gathered through the processor's context, and is empty afterwards. */
    void send();

    /** Forgets all that was gathered. */
    void clear();
  }

  private final String name;
  private boolean open;
  private InternalProcessorContext<?, ?> context;
  private ProcessorNode<?, ?, ?, ?> node;
  private C content;

  private Outbox(String name) {
    this.name = name;
  }

  /** A builder for the topology. */
  public static <C extends Content> StoreBuilder<Outbox<C>> builder(String name) {
    return new Builder<>(name);
  }

  /**
   * Ties the outbox to the processor whose children get the records; called from the processor's
   * {@code init}.
   */
  public void bind(ProcessorContext<?, ?> processorContext, C content) {
    context = (InternalProcessorContext<?, ?>) processorContext;
    node = context.currentNode();
    this.content = content;
  }

  @Override
  public void flushCache() {
    if (content == null) {
      return;
    }
    FlushContext.ensureRecordContext(context);
    var before = context.currentNode();
    context.setCurrentNode(node);
    try {
      content.send();
    } finally {
      context.setCurrentNode(before);
    }
  }

  @Override
  public void clearCache() {
    if (content != null) {
      content.clear();
    }
  }

  @Override
  public boolean setFlushListener(
      CacheFlushListener<Object, Object> listener, boolean sendOldValues) {
    return false;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void init(StateStoreContext stateStoreContext, StateStore root) {
    // Registered without a changelog, so nothing is ever restored into it.
    stateStoreContext.register(root, (key, value) -> {});
    open = true;
  }

  @Override
  public void commit(Map<TopicPartition, Long> offsets) {
    // Nothing here outlives a commit.
  }

  @Override
  public void close() {
    clearCache();
    content = null;
    open = false;
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  private record Builder<C extends Content>(String name) implements StoreBuilder<Outbox<C>> {
    @Override
    public Outbox<C> build() {
      return new Outbox<>(name);
    }

    @Override
    public StoreBuilder<Outbox<C>> withCachingEnabled() {
      return this;
    }

    @Override
    public StoreBuilder<Outbox<C>> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<Outbox<C>> withLoggingEnabled(Map<String, String> config) {
      throw new UnsupportedOperationException("An outbox has nothing to restore");
    }

    @Override
    public StoreBuilder<Outbox<C>> withLoggingDisabled() {
      return this;
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }
  }
}
