package io.h5sink;

import io.h5sink.block.Room;
import io.h5sink.block.RunWriter;
import io.h5sink.codec.ChunkCoding;
import io.h5sink.hdf5.Store;
import io.h5sink.hdf5.StoreException;
import io.h5sink.schema.Axes;
import io.h5sink.schema.Column;
import io.h5sink.schema.ObjectNames;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The rows of all lanes go to as many datasets as there are routes. Rows come in the order of the records, each with the number
 * of its route; a commit sorts them by route, a column at a time, and gives each dataset one run of rows. So blocks are filled
 * as if there were no routes, and a route that gets no records takes no memory for blocks.
 */
final class RoutedOutlet implements Outlet {

    private final Lane routeLane;
    private final List<Lane> lanes;
    private final Queue<Routes.Route> fresh;
    private final Axes axes;
    private final Settings settings;
    private final Store store;
    private final Room room;
    private final RouteOrder order = new RouteOrder();
    private final Sorter sorter = new Sorter(order);
    private final Codings codings;

    /** For each route the datasets of all lanes, in their order. */
    private final List<Target[]> routes = new ArrayList<>();

    /** For each route the datasets that no lane has. */
    private final List<List<FilledTarget>> rests = new ArrayList<>();

    private final List<Target> targets = new ArrayList<>();

    // The rows that are sorted, and the lane that is to be written next, since writing may fail and be tried again.
    private long from;
    private long end;
    private int next;

    RoutedOutlet(Routes.Routed routed, Intake intake, Store store) {
        this.routeLane = routed.numbers();
        this.lanes = routed.lanes();
        this.fresh = routed.fresh();
        this.axes = intake.axes();
        this.settings = intake.settings;
        this.room = intake.room;
        this.store = store;
        this.codings = new Codings(settings);
    }

    @Override
    public @Nullable Refusal bind(long records) {
        for (Routes.Route route = fresh.peek();
                route != null && route.firstOrdinal() <= records;
                route = fresh.peek()) {
            open();
            List<Target> found = new ArrayList<>();
            try {
                List<Column> columns = lanes.stream().map(Lane::column).toList();
                Continuation continuation = Continuation.of(columns, route.path(), settings, store);
                for (Lane lane : lanes) {
                    String path = ObjectNames.in(route.path(), lane.column().name());
                    found.add(Targets.of(path, lane.column(), continuation.rowsBefore(path), settings, codings, store));
                    StraightOutlet.checkLength(found.get(found.size() - 1), found.get(0));
                }
                Labels.promise(axes, route.path(), store);
                routes.add(found.toArray(Target[]::new));
                rests.add(continuation.rest());
                targets.addAll(continuation.with(found));
            } catch (StoreException e) {
                found.forEach(Target::withdraw);
                return new Refusal(e, route.firstOrdinal());
            }
            fresh.remove();
        }
        return null;
    }

    @Override
    public void write(long records) {
        finish();
        if (records == from) {
            return;
        }
        open();
        for (Lane lane : lanes) {
            ChunkCoding coding = codings.of(lane.column());
            if (coding.needsSample()) {
                coding.sample(lane.blocks().sample(records));
            }
        }
        long first = from;
        order.begin((int) (records - first), routes.size());
        room.written(routeLane.blocks().write(records, new RunWriter() {
            @Override
            public void fixed(long firstRow, int rows, ByteBuffer data) {
                order.count(
                        (int) (firstRow - first),
                        data.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer());
            }

            @Override
            public void variable(long firstRow, int rows, ByteBuffer data, IntBuffer starts) {
                throw new IllegalStateException("a route is a number");
            }
        }));
        order.sort();
        end = records;
        next = 0;
        finish();
    }

    /** Writes the rows that are sorted, as far as they are not written. */
    private void finish() {
        if (from == end) {
            return;
        }
        open();
        sorter.finish();
        for (; next < lanes.size(); next++) {
            Lane lane = lanes.get(next);
            int column = next;
            if (lane.blocks().written() < end) {
                room.written(sorter.write(
                        lane.blocks(),
                        (int) lane.column().type().rowBytes(),
                        from,
                        end,
                        route -> routes.get(route)[column],
                        codings.areUsed()));
                sorter.finish();
            }
        }
        for (int route = 0; route < rests.size(); route++) {
            long rows = routes.get(route)[0].written();
            rests.get(route).forEach(target -> target.fill(rows));
        }
        from = end;
    }

    @Override
    public void close() {
        codings.close();
    }

    private void open() {
        if (!store.isOpen()) {
            store.open();
        }
    }

    @Override
    public Collection<Target> targets() {
        return targets;
    }
}
