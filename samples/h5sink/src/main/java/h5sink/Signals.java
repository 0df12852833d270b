package h5sink;

import java.lang.reflect.Proxy;
import java.util.List;

/**
 * Does something when Ctrl-C is pressed or SIGTERM comes, in place of the end of the JVM. By a shutdown hook it would race against the
 * sinks, which end with the JVM themselves. The JDK has no other way than a class that is spoken to by reflection, because the
 * compiler warns of it.
 */
final class Signals {

    private Signals() {}

    static void onStop(Runnable action) {
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
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            } catch (ReflectiveOperationException e) {
                return; // the signal ends the JVM, and the sink its file with what it has by then
            }
        }
    }
}
