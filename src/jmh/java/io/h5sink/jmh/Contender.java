package io.h5sink.jmh;

/** Who takes part, in the order of the table. */
enum Contender {
    LOOP("hand loop: a for loop", HandLoopBenchmark.class, "plain", false),
    SUBSCRIBER("hand loop: a subscriber of a Flux", HandLoopBenchmark.class, "subscriber", false),
    SINK("H5Sink, subscribed to the same Flux", SinkBenchmark.class, "flux", false),
    SINK_BARE("H5Sink, fed by a bare for loop", SinkBenchmark.class, "bare", false),
    SINK_ON_JHDF5("H5Sink on JHDF5, the same Flux", SinkBenchmark.class, "flux", true),
    JHDF5("JHDF5's compound writer, a for loop", Jhdf5Benchmark.class, "compound", true);

    final String title;
    final boolean onJhdf5;
    private final Class<?> benchmark;
    private final String method;

    Contender(String title, Class<?> benchmark, String method, boolean onJhdf5) {
        this.title = title;
        this.benchmark = benchmark;
        this.method = method;
        this.onJhdf5 = onJhdf5;
    }

    /** A regular expression that matches this benchmark only. */
    String include() {
        return "^" + benchmark.getName().replace(".", "\\.") + "\\." + method + "$";
    }

    /** The slow one gets fewer runs. */
    int runs() {
        return this == JHDF5 ? 2 : 5;
    }
}
