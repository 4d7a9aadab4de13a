package io.promptmill.jobs.drawing;

import static io.promptmill.jobs.drawing.StrictXml.elements;
import static io.promptmill.jobs.drawing.StrictXml.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;

public class AvatarRowTest {
    @ParameterizedTest
    @CsvSource({"Maud Hale,MH", "maud,M", "O’Neil of the “Fog” Hill,OO", "🦉 owl,O", "🦉,🦉", "<b> |x|,BX", "ßeta,ß"})
    void initialsAreTheFirstLettersOfTwoWords(String name, String initials) {
        assertThat(new Avatar(name, null).initials()).isEqualTo(initials);
    }

    @Test
    void aNameWithoutAnyCharacterHasNoInitials() {
        assertThat(new Avatar("\n\u202e", null).initials()).isEmpty();
        StrictXml.parse(AvatarRow.svg(List.of(new Avatar("\n\u202e", null))));
    }

    @Test
    void anImageIsInTheDrawingItself() throws IOException {
        AvatarImage image = AvatarImage.of(png());
        Document svg = StrictXml.parse(AvatarRow.svg(List.of(new Avatar("a", image), new Avatar("b", null))));
        assertThat(elements(svg, "image")).singleElement().satisfies(element -> assertThat(element.getAttribute("href"))
                .startsWith("data:image/png;base64,iVBOR"));
        assertThat(texts(svg, "text")).containsExactly("B");
        assertThat(svg.getDocumentElement().getAttribute("width")).isEqualTo("204");
    }

    @Test
    void manyUsersAreTheFirstAndANumber() {
        List<Avatar> avatars = IntStream.range(0, 1_007)
                .mapToObj(i -> new Avatar("u" + i, null))
                .toList();
        assertThat(texts(StrictXml.parse(AvatarRow.svg(avatars)), "text"))
                .containsExactly("U", "U", "U", "U", "U", "U", "+1,001");
    }

    @Test
    void whatIsNoPictureIsRefused() {
        assertThatThrownBy(() -> AvatarImage.of("<svg/>".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessage("is neither PNG nor JPEG");
        assertThatThrownBy(() -> AvatarImage.of(new byte[AvatarImage.MAX_BYTES + 1]))
                .hasMessage("has 1048577 bytes, and an avatar at most 1048576");
    }

    @Test
    void aPictureThatIsDamagedOrTakesTooMuchMemoryIsFoundWithoutDrawingIt() throws IOException {
        AvatarImage.of(png()).check();
        byte[] damaged = png();
        Arrays.fill(damaged, 40, damaged.length, (byte) 0);
        AvatarImage broken = AvatarImage.of(damaged);
        assertThatThrownBy(broken::check).isInstanceOf(IOException.class).hasMessageStartingWith("cannot be read (");
        byte[] huge = png();
        // Its width and height stand behind the signature, a length and a name.
        ByteBuffer.wrap(huge).putInt(16, 40_000).putInt(20, 30_000);
        assertThatThrownBy(() -> AvatarImage.of(huge).check())
                .hasMessage("has 1200000000 pixels, and an avatar at most 16777216");
    }

    /** A small blue picture. */
    public static byte[] png() throws IOException {
        BufferedImage image = new BufferedImage(4, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 4, 2, new int[] {255, 255, 255, 255, 255, 255, 255, 255}, 0, 4);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }
}
