package h5sink.plot;

/**
 * The numbers along one side of a chart.
 *
 * @param title what they are, and in what they are counted
 * @param low the least
 * @param high the greatest, which is larger
 * @param offset what is to be added to both: a moment, as seconds since 1970, or a number
 * @param time whether they are seconds, and the offset a moment
 * @param base the number that they are counted from, which a double does not hold; empty if there is none
 */
record Axis(String title, double low, double high, double offset, boolean time, String base) {

    private static final double SECOND = 1;

    /** Space above and below, so that no line runs along the edge. */
    static Axis up(Numbers numbers, Curve.Extent extent) {
        double low = extent.yLow;
        double high = extent.yHigh;
        double margin = low == high
                ? Math.max(numbers.isTime() ? 1 : 1e-9, Math.abs(low) > 0 ? Math.abs(low) : 1) / 2
                : high / 40 - low / 40;
        String base = numbers.base(high - low);
        return new Axis(
                numbers.title() + (base.isEmpty() ? "" : " − " + base),
                Math.max(-Double.MAX_VALUE, low - margin),
                Math.min(Double.MAX_VALUE, high + margin),
                numbers.isTime() || base.isEmpty() ? numbers.offset() : 0,
                numbers.isTime(),
                base);
    }

    /** Over other numbers, or, if those are null, over the numbers of rows. */
    static Axis across(Numbers numbers, Curve.Extent extent) {
        double low = extent.xLow;
        double high = low == extent.xHigh ? low + 1 : extent.xHigh;
        if (numbers == null) {
            return new Axis("row", low, high, 0, false, "");
        }
        String base = numbers.base(high - low);
        boolean shifted = !base.isEmpty() && !numbers.isTime();
        return new Axis(
                numbers.title() + (shifted ? " − " + base : ""),
                low,
                high,
                shifted ? 0 : numbers.offset(),
                numbers.isTime(),
                base);
    }

    /** The same with another title. */
    Axis named(String name) {
        return new Axis(name, low, high, offset, time, base);
    }

    /** Whether ticks are moments: a second or more from end to end. */
    boolean isDated() {
        return time && high - low >= SECOND;
    }

    /** What stands beside the axis. */
    String words() {
        if (!time) {
            return title;
        }
        return isDated()
                ? title + " (UTC, from " + Ticks.iso(low + offset) + ")"
                : title + " [s since " + Ticks.iso(offset) + "]";
    }

    Ticks ticks(int most) {
        return isDated() || !time
                ? Ticks.of(low + offset, high + offset, isDated(), most).minus(offset)
                : Ticks.of(low, high, false, most);
    }

    /** Where a number is between the ends, from 0 to 1. */
    double part(double value) {
        return high - low > Double.MAX_VALUE
                ? (value / 2 - low / 2) / (high / 2 - low / 2)
                : (value - low) / (high - low);
    }
}
