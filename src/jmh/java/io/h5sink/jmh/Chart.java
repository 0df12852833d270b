package io.h5sink.jmh;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** The ratios as a picture: a bar for each, from what was to be reached, to the right if it was. */
final class Chart {

    private static final int WIDTH = 1400;
    private static final int LINE = 30;
    private static final int LABELS = 620;
    private static final int NUMBERS = 230;
    private static final int MARGIN = 20;
    private static final int HEAD = 70;

    /** A tenth and ten times what was to be reached are the ends of the scale. */
    private static final double DECADES = 1;

    private static final Color REACHED = new Color(0x2a7f62);
    private static final Color MISSED = new Color(0xc8553d);
    private static final Color QUIET = new Color(0x707070);

    private final List<Outcome> outcomes;
    private final Graphics2D graphics;
    private final BufferedImage image;

    private Chart(List<Outcome> outcomes) {
        this.outcomes = outcomes;
        image = new BufferedImage(WIDTH, HEAD + LINE * outcomes.size() + MARGIN, BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    }

    static void write(List<Outcome> outcomes, Path png) throws IOException {
        Chart chart = new Chart(outcomes);
        chart.draw();
        ImageIO.write(chart.image, "png", png.toFile());
    }

    private void draw() {
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        scale();
        for (int i = 0; i < outcomes.size(); i++) {
            bar(outcomes.get(i), HEAD + LINE * i);
        }
        graphics.dispose();
    }

    private void scale() {
        text("as many times as was asked for", x(1) - 100, 24, Font.PLAIN, QUIET);
        for (double mark : new double[] {0.1, 0.2, 0.5, 1, 2, 5, 10}) {
            graphics.setColor(mark == 1 ? Color.BLACK : new Color(0xdddddd));
            graphics.drawLine(x(mark), HEAD - 12, x(mark), image.getHeight() - MARGIN / 2);
            text(Numbers.of(mark).replaceAll("\\.?0+$", ""), x(mark) - 8, HEAD - 20, Font.PLAIN, QUIET);
        }
    }

    private void bar(Outcome outcome, int top) {
        int middle = top + LINE / 2;
        Color color = outcome.reached() ? REACHED : MISSED;
        int end = x(outcome.beyond(outcome.median()));
        int from = Math.min(x(1), end);
        graphics.setColor(color);
        graphics.fillRect(from, top + 6, Math.max(2, Math.abs(end - x(1))), LINE - 12);
        graphics.setColor(Color.BLACK);
        graphics.drawLine(x(outcome.beyond(outcome.least())), middle, x(outcome.beyond(outcome.most())), middle);
        text(fitted(outcome.what()), MARGIN, middle + 5, Font.PLAIN, Color.BLACK);
        String numbers = Numbers.of(outcome.median()) + "  (" + outcome.wanted() + ")";
        text(numbers, WIDTH - NUMBERS + MARGIN, middle + 5, Font.BOLD, color);
    }

    private String fitted(String label) {
        graphics.setFont(font(Font.PLAIN));
        String fitted = label;
        while (graphics.getFontMetrics().stringWidth(fitted) > LABELS - 2 * MARGIN) {
            fitted = fitted.substring(0, fitted.length() - 2) + "…";
        }
        return fitted;
    }

    private void text(String text, int x, int y, int style, Color color) {
        graphics.setFont(font(style));
        graphics.setColor(color);
        graphics.drawString(text, x, y);
    }

    private static Font font(int style) {
        return new Font(Font.SANS_SERIF, style, 13);
    }

    /** Logarithmic; what is beyond the ends is drawn at them. */
    private static int x(double beyond) {
        double decades = Math.max(-DECADES, Math.min(DECADES, Math.log10(beyond)));
        int width = WIDTH - LABELS - NUMBERS;
        return (int) (LABELS + width * (decades + DECADES) / (2 * DECADES));
    }
}
