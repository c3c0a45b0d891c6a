package io.shopstream.query.direct;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.FullHttpResponse;
import java.io.IOException;

/** A request that was let in, until it leaves. */
interface Exchange {

  /** Runs something when it is known what to answer: at once if it is known already. */
  void whenKnown(Runnable task);

  /** Once, when it is known: measures it, whether anybody still waits for it or not. */
  void count();

  /** Once: lets others have its place. */
  void leave();

  /** What to answer, when it is known; whoever calls it sends or releases it. */
  FullHttpResponse answer(ByteBufAllocator buffers) throws IOException;

  /** Whether a connection goes on after an answer. */
  boolean goesOnAfter(FullHttpResponse answer);
}
