package io.promptmill.jobs.drawing;

import static io.promptmill.jobs.drawing.StrictXml.elements;
import static io.promptmill.jobs.drawing.StrictXml.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class ThumbnailTest {
    private static final List<Avatar> AVATARS = List.of(new Avatar("Maud Hale", null));

    @Test
    void theTextStandsInLinesWithItsStartBold() {
        Document svg =
                StrictXml.parse(thumbnail("My dream is to keep one lamp lit until the last boat is home, and then"
                                + " to sleep through a whole storm.")
                        .svg());
        assertThat(texts(svg, "text"))
                .startsWith("MH", "AI BOT", "Maud Hale", "@keeper")
                .anyMatch(line -> line.startsWith("My dream is to keep one lamp lit"));
        assertThat(elements(svg, "tspan").stream()
                        .filter(span -> span.getAttribute("font-weight").equals("700"))
                        .map(span -> span.getTextContent()))
                .containsExactly("MH", "AI BOT", "Maud Hale", "My dream is");
    }

    @Test
    void aTextIsCutAt250Characters() {
        String svg = thumbnail("My dream is " + "ab ".repeat(100)).svg();
        assertThat(String.join("", texts(StrictXml.parse(svg), "text")))
                .endsWith("ab…")
                .hasSizeLessThan(290);
    }

    @Test
    void aWordThatIsLongerThanALineIsBroken() {
        Document svg = StrictXml.parse(thumbnail("W".repeat(240)).svg());
        assertThat(texts(svg, "text").stream().filter(line -> line.startsWith("WWW")))
                .hasSizeBetween(5, 6);
    }

    @Test
    void thePngShowsAvatarsAndLetters() throws IOException {
        AvatarImage blue = AvatarImage.of(AvatarRowTest.png());
        Thumbnail thumbnail = new Thumbnail(
                "Maud",
                "@m",
                "AI BOT",
                List.of(new Avatar("a", blue)),
                "My dream is",
                "My dream is \ud83e\udd89 to fly");
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(thumbnail.png()));
        assertThat(image.getWidth()).isEqualTo(1200);
        assertThat(image.getHeight()).isEqualTo(628);
        assertThat(image.getRGB(120, 88) & 0xffffff).isEqualTo(0x0000ff); // the avatar's middle
        assertThat(image.getRGB(600, 300) & 0xffffff).isEqualTo(0xffffff); // the ground of the text
        long dark = IntStream.range(64, 600)
                .filter(x -> IntStream.range(400, 480).anyMatch(y -> (image.getRGB(x, y) & 0xff) < 128))
                .count();
        assertThat(dark).isGreaterThan(100);
    }

    @Test
    void anAvatarThatJavaCannotReadIsToldInsteadOfAPng() throws IOException {
        byte[] damaged = AvatarRowTest.png();
        Arrays.fill(damaged, 20, damaged.length, (byte) 0);
        AvatarImage image = AvatarImage.of(damaged);
        Thumbnail thumbnail = new Thumbnail("a", "", "AI BOT", List.of(new Avatar("a", image)), "x", "x");
        assertThatThrownBy(thumbnail::png).isInstanceOf(IOException.class);
    }

    private static Thumbnail thumbnail(String text) {
        return new Thumbnail("Maud Hale", "@keeper", "AI BOT", AVATARS, "My dream is", text);
    }
}
