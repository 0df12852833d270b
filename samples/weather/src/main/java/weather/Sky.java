package weather;

/** What the weather was, in the words of the file. */
enum Sky {
    DRIZZLE,
    FOG,
    RAIN,
    SNOW,
    SUN
}
