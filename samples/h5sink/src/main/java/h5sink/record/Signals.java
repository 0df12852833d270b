package h5sink.record;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Does something when Ctrl-C is pressed or SIGTERM comes, in place of the end of the JVM. By a shutdown hook it would race against the
 * sinks, which end with the JVM themselves. The JDK has no other way than a class that is spoken to by reflection, because the
 * compiler warns of it.
 */
final class Signals implements AutoCloseable {

    private final List<Callable<?>> before = new ArrayList<>();

    private Signals() {}

    /** Until it is closed, whereupon the signals do what they did before. */
    static Signals onStop(Runnable action) {
        Signals signals = new Signals();
        for (String name : List.of("INT", "TERM")) {
            try {
                Class<?> signal = Class.forName("sun.misc.Signal");
                Class<?> handler = Class.forName("sun.misc.SignalHandler");
                Object proxy = Proxy.newProxyInstance(
                        handler.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                            if (method.getName().equals("handle")) {
                                action.run();
                                return null;
                            }
                            return switch (method.getName()) {
                                case "hashCode" -> System.identityHashCode(self);
                                case "equals" -> self == arguments[0];
                                default -> "stop";
                            };
                        });
                Method handle = signal.getMethod("handle", signal, handler);
                Object number = signal.getConstructor(String.class).newInstance(name);
                Object old = handle.invoke(null, number, proxy);
                signals.before.add(() -> handle.invoke(null, number, old));
            } catch (ReflectiveOperationException e) {
                return signals; // the signal ends the JVM, and the sink its file with what it has by then
            }
        }
        return signals;
    }

    @Override
    public void close() {
        for (Callable<?> each : before) {
            try {
                each.call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
