package io.promptmill.jobs.finetune;

import io.promptmill.jobs.card.CardAuthor;
import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.drawing.AvatarImage;
import io.promptmill.jobs.failure.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads what the card says that no run knows; pictures are files of the driver's machine. */
final class AuthorOptions {
    private AuthorOptions() {}

    static CardAuthor read(OptionReader read) throws RefusalException {
        return new CardAuthor(
                read.textIfGiven(FinetuneOption.AUTHOR).orElse(null),
                link(read, FinetuneOption.AUTHOR_URL),
                link(read, FinetuneOption.PROJECT_URL),
                read.textIfGiven(FinetuneOption.LICENSE).orElse(CardAuthor.NOBODY.license()),
                read.textIfGiven(FinetuneOption.LANGUAGE).orElse(CardAuthor.NOBODY.language()),
                avatars(read));
    }

    private static String link(OptionReader read, FinetuneOption option) throws RefusalException {
        Optional<String> url = read.textIfGiven(option);
        if (url.isPresent() && !CardAuthor.isLink(url.get())) {
            throw RefusalException.usage(
                    "wrong_value",
                    option.option().dashed() + " has a wrong value",
                    "it must be a whole address of http or https but was " + url.get(),
                    "write it as a browser shows it");
        }
        return url.orElse(null);
    }

    private static Map<String, AvatarImage> avatars(OptionReader read) throws RefusalException {
        Map<String, AvatarImage> avatars = new LinkedHashMap<>();
        for (String given : read.texts(FinetuneOption.AVATAR)) {
            int equals = given.indexOf('=');
            if (equals < 1) {
                throw RefusalException.usage(
                        "wrong_value",
                        "--avatar has a wrong value",
                        "it must be USER=FILE but was " + given,
                        "write the user as in the data, =, and the path of a picture");
            }
            String file = given.substring(equals + 1);
            try {
                AvatarImage image = AvatarImage.of(Files.readAllBytes(Path.of(file)));
                image.check();
                avatars.put(given.substring(0, equals), image);
            } catch (NoSuchFileException e) {
                throw refused(file, "is not there");
            } catch (IOException | InvalidPathException e) {
                throw refused(file, e.getMessage());
            }
        }
        return avatars;
    }

    private static RefusalException refused(String file, String why) {
        return RefusalException.usage(
                "avatar_unusable",
                "the picture " + file + " cannot be used",
                "it " + why,
                "give a PNG or JPEG file of this machine, or leave --avatar out");
    }
}
