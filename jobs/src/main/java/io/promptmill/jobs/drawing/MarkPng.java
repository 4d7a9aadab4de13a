package io.promptmill.jobs.drawing;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;

/** Marks as PNG, by Java2D with the fonts of the machine. Stateless. */
final class MarkPng {
    private MarkPng() {}

    /**
     * A file of a size in pixels.
     *
     * @throws IOException where an image cannot be read
     */
    static byte[] of(int width, int height, List<Mark> marks) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
            for (Mark mark : marks) {
                draw(graphics, mark);
            }
        } finally {
            graphics.dispose();
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    private static void draw(Graphics2D graphics, Mark mark) throws IOException {
        if (mark instanceof Mark.Area area) {
            graphics.setColor(Color.decode(area.color()));
            graphics.fill(new RoundRectangle2D.Double(
                    area.x(), area.y(), area.width(), area.height(), 2 * area.radius(), 2 * area.radius()));
        } else if (mark instanceof Mark.Disc disc) {
            graphics.setColor(Color.decode(disc.color()));
            graphics.fill(circle(disc.x(), disc.y(), disc.radius()));
        } else if (mark instanceof Mark.Portrait portrait) {
            draw(graphics, portrait);
        } else if (mark instanceof Mark.Words words) {
            draw(graphics, words);
        }
    }

    private static void draw(Graphics2D graphics, Mark.Portrait portrait) throws IOException {
        BufferedImage image =
                ImageIO.read(new ByteArrayInputStream(portrait.image().content()));
        if (image == null) {
            throw new IOException("an avatar is no image that Java can read");
        }
        double side = 2 * portrait.radius();
        double scale = side / Math.min(image.getWidth(), image.getHeight());
        double width = image.getWidth() * scale;
        double height = image.getHeight() * scale;
        Shape before = graphics.getClip();
        graphics.clip(circle(portrait.x(), portrait.y(), portrait.radius()));
        graphics.drawImage(
                image,
                (int) Math.round(portrait.x() - width / 2),
                (int) Math.round(portrait.y() - height / 2),
                (int) Math.round(width),
                (int) Math.round(height),
                null);
        graphics.setClip(before);
    }

    private static void draw(Graphics2D graphics, Mark.Words words) {
        graphics.setColor(Color.decode(words.color()));
        double width = 0;
        for (Mark.Run run : words.runs()) {
            width += width(graphics, words, run);
        }
        double x = words.align() == Mark.Align.MIDDLE ? words.x() - width / 2 : words.x();
        for (Mark.Run run : words.runs()) {
            graphics.setFont(font(words, run));
            graphics.drawString(shown(graphics.getFont(), run.text()), (float) x, (float) words.y());
            x += width(graphics, words, run);
        }
    }

    private static double width(Graphics2D graphics, Mark.Words words, Mark.Run run) {
        Font font = font(words, run);
        return graphics.getFontMetrics(font).stringWidth(shown(font, run.text()));
    }

    private static Font font(Mark.Words words, Mark.Run run) {
        int style = run.weight() == Mark.Weight.BOLD ? Font.BOLD : Font.PLAIN;
        return new Font(Font.SANS_SERIF, style, 1).deriveFont((float) words.size());
    }

    /** A text without what the font has no letter for, such as most emoji. */
    private static String shown(Font font, String text) {
        return text.codePoints()
                .filter(font::canDisplay)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static Shape circle(double x, double y, double radius) {
        return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    }
}
