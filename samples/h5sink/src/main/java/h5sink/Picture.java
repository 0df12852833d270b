package h5sink;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A chart as an image. */
final class Picture {

    static final int WIDTH = 1200;
    static final int HEIGHT = 600;
    private static final int LEFT = 100;
    private static final int RIGHT = 30;
    private static final int TOP = 60;
    private static final int BOTTOM = 60;
    static final int PLOT_WIDTH = WIDTH - LEFT - RIGHT;
    private static final int PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;
    private static final int GAP = 8;

    private static final Color TEXT = new Color(0x33, 0x33, 0x33);
    private static final Color GRID = new Color(0xe4, 0xe4, 0xe4);
    private static final Color LINE = new Color(0x1f, 0x6f, 0xb4);

    private Picture() {}

    static void write(Path file, Curve curve, boolean time, String title) throws IOException {
        System.setProperty("java.awt.headless", "true");
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, WIDTH, HEIGHT);
            graphics.setColor(TEXT);
            graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 20));
            graphics.drawString(title, LEFT, TOP - 2 * GAP);
            graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
            axes(graphics, curve, time);
            graphics.setColor(LINE);
            graphics.setStroke(new BasicStroke(1.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            curve.draw((fromColumn, from, toColumn, to) -> graphics.draw(
                    new Line2D.Double(LEFT + fromColumn + 0.5, y(curve, from), LEFT + toColumn + 0.5, y(curve, to))));
        } finally {
            graphics.dispose();
        }
        if (!ImageIO.write(image, "png", file.toFile())) {
            throw new IOException(file + ": this Java writes no PNG");
        }
    }

    private static double y(Curve curve, double value) {
        return TOP + (curve.yHigh - value) / (curve.yHigh - curve.yLow) * PLOT_HEIGHT;
    }

    private static void axes(Graphics2D graphics, Curve curve, boolean time) {
        FontMetrics font = graphics.getFontMetrics();
        Ticks up = Ticks.of(curve.yLow, curve.yHigh, false, 7);
        for (int i = 0; i < up.values().size(); i++) {
            double y = y(curve, up.values().get(i));
            graphics.setColor(GRID);
            graphics.draw(new Line2D.Double(LEFT, y, LEFT + PLOT_WIDTH, y));
            graphics.setColor(TEXT);
            String label = up.labels().get(i);
            graphics.drawString(label, LEFT - GAP - font.stringWidth(label), (float) y + font.getAscent() / 2f - 2);
        }
        Ticks across = Ticks.of(curve.xLow, curve.xHigh, time, 9);
        for (int i = 0; i < across.values().size(); i++) {
            double x = LEFT + (across.values().get(i) - curve.xLow) / (curve.xHigh - curve.xLow) * PLOT_WIDTH;
            graphics.draw(new Line2D.Double(x, TOP + PLOT_HEIGHT, x, TOP + PLOT_HEIGHT + GAP / 2));
            String label = across.labels().get(i);
            graphics.drawString(
                    label, (float) x - font.stringWidth(label) / 2f, TOP + PLOT_HEIGHT + GAP + font.getAscent());
        }
        graphics.draw(new Line2D.Double(LEFT, TOP, LEFT, TOP + PLOT_HEIGHT));
        graphics.draw(new Line2D.Double(LEFT, TOP + PLOT_HEIGHT, LEFT + PLOT_WIDTH, TOP + PLOT_HEIGHT));
    }
}
