package frames;

import java.time.Instant;
import java.util.SplittableRandom;

/**
 * A detector that is made up. Rings of a powder around the centre, on a background that falls off outwards, grow and fade
 * from image to image; each pixel has the noise of counted photons. The same number gives the same image.
 */
final class Detector {

    /** Where the rings lie, as parts of half an edge. */
    private static final double[] RADII = {0.21, 0.34, 0.40, 0.55, 0.68, 0.81, 0.93};

    private static final double RING_WIDTH = 0.008;
    private static final double RING_COUNTS = 900;
    private static final double BACKGROUND_COUNTS = 120;
    private static final int IMAGES_PER_CYCLE = 20;

    private final int edge;
    private final double exposure;
    private final double[][] rings;
    private final double[][] background;

    Detector(int edge, double exposure) {
        this.edge = edge;
        this.exposure = exposure;
        this.rings = new double[edge][edge];
        this.background = new double[edge][edge];
        double half = (edge - 1) / 2.0;
        for (int y = 0; y < edge; y++) {
            for (int x = 0; x < edge; x++) {
                double radius = Math.hypot(x - half, y - half) / Math.max(1, half);
                rings[y][x] = ringsAt(radius);
                background[y][x] = BACKGROUND_COUNTS * Math.exp(-2 * radius);
            }
        }
    }

    private static double ringsAt(double radius) {
        double sum = 0;
        for (double ring : RADII) {
            double distance = (radius - ring) / RING_WIDTH;
            sum += RING_COUNTS / (1 + 10 * ring) * Math.exp(-distance * distance / 2);
        }
        return sum;
    }

    Frame frame(int number) {
        SplittableRandom random = new SplittableRandom(number);
        double brightness = 1 + 0.5 * Math.sin(2 * Math.PI * number / IMAGES_PER_CYCLE);
        double[][] image = new double[edge][edge];
        for (int y = 0; y < edge; y++) {
            for (int x = 0; x < edge; x++) {
                double mean = background[y][x] + brightness * rings[y][x];
                image[y][x] = Math.max(0, Math.rint(mean + Math.sqrt(mean) * random.nextGaussian()));
            }
        }
        return new Frame(Instant.now(), number, exposure, image);
    }
}
