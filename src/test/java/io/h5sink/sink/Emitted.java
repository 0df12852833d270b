package io.h5sink.sink;

import io.h5sink.Commit;
import io.h5sink.WriteSummary;
import io.h5sink.testing.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Records the results that a session emits. */
final class Emitted implements Results.Listener {

    private final List<Commit> commits = new CopyOnWriteArrayList<>();
    private final List<Object> ends = new CopyOnWriteArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void committed(Commit commit) {
        commits.add(commit);
    }

    @Override
    public void completed(WriteSummary summary) {
        ends.add(summary);
        ended.countDown();
    }

    @Override
    public void failed(Throwable error) {
        ends.add(error);
        ended.countDown();
    }

    Emitted await() {
        Await.reached("the session reports its end", ended);
        return this;
    }

    List<Commit> commits() {
        return commits;
    }

    /** A {@link WriteSummary} or an error; exactly one, if all is well. */
    List<Object> ends() {
        return ends;
    }

    WriteSummary summary() {
        if (await().ends.get(0) instanceof WriteSummary summary) {
            return summary;
        }
        throw new AssertionError("the session failed", (Throwable) ends.get(0));
    }

    Throwable error() {
        if (await().ends.get(0) instanceof Throwable error) {
            return error;
        }
        throw new AssertionError("the session did not fail: " + ends.get(0));
    }
}
